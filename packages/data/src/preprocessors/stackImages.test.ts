import { describe, expect, test } from '@jest/globals'
import { stackImages } from './stackImages.js'

function image(height: number, width: number, channels: number, value: number) {
  return { data: new Uint8Array(height * width * channels).fill(value), height, width, channels }
}

describe('stackImages', () => {
  test('pads below and on the right, each channel with its own value', () => {
    const { data, shape } = stackImages([image(1, 2, 2, 1), image(2, 1, 2, 5)], 1, [8, 9])
    expect(shape).toEqual([2, 2, 2, 2])
    expect([...data]).toEqual([1, 1, 1, 1, 8, 9, 8, 9, 5, 5, 8, 9, 5, 5, 8, 9])
  })

  test.each<[string, readonly (Uint8Array | Float32Array)[], number, string]>([
    ['bytes stay bytes', [Uint8Array.of(1), Uint8Array.of(2)], 0.5, 'Uint8Array'],
    ['floats among them make all float', [Uint8Array.of(1), Float32Array.of(2)], 0, 'Float32Array'],
    ['so does padding that is no byte', [Uint8Array.of(1), Uint8Array.of(2, 3)], 0.5, 'Float32Array'],
  ])('%s', (_, datas, padding, kind) => {
    const images = datas.map((data) => ({ data, height: 1, width: data.length, channels: 1 }))
    expect(stackImages(images, 1, [padding]).data.constructor.name).toBe(kind)
  })

  test('sizes are rounded up to the divisor', () => {
    expect(stackImages([image(5, 8, 1, 0)], 4, [0]).shape).toEqual([1, 8, 8, 1])
  })

  test('no images, or images of different channels, are refused', () => {
    expect(() => stackImages([], 1, [])).toThrow(/no images/)
    expect(() => stackImages([image(1, 1, 1, 0), image(1, 1, 3, 0)], 1, [0])).toThrow(/numbers of channels/)
  })
})
