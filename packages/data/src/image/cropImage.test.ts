import { describe, expect, test } from '@jest/globals'
import { cropImage } from './cropImage.js'
import { imageOf, isImageArray } from './imageArray.js'

/** Rows 1 2 3 and 4 5 6. */
const image = { data: Uint8Array.of(1, 2, 3, 4, 5, 6), height: 2, width: 3, channels: 1 }

describe('cropImage', () => {
  test.each([
    ['inside', { y: 0, x: 1, height: 2, width: 2 }, [2, 3, 5, 6]],
    ['over the left and the top', { y: -1, x: -1, height: 2, width: 2 }, [9, 9, 9, 1]],
    ['over the right and the bottom', { y: 1, x: 2, height: 2, width: 2 }, [6, 9, 9, 9]],
    ['outside', { y: 0, x: 3, height: 1, width: 2 }, [9, 9]],
  ])('%s', (_, window, expected) => {
    expect([...cropImage(image, window, 9).data]).toEqual(expected)
  })

  test('fills each channel with its own value', () => {
    const colour = { data: Uint8Array.of(1, 2, 3), height: 1, width: 1, channels: 3 }
    expect([...cropImage(colour, { y: 0, x: 0, height: 1, width: 2 }, [7, 8, 9]).data]).toEqual([1, 2, 3, 7, 8, 9])
  })

  test('keeps floats floats, and leaves its input alone', () => {
    const floats = { ...image, data: Float32Array.from(image.data, (value) => value / 2) }
    const { data } = cropImage(floats, { y: 0, x: 0, height: 1, width: 1 })
    expect(data).toEqual(Float32Array.of(0.5))
    data[0] = 0
    expect(floats.data[0]).toBe(0.5)
  })
})

test('an item without an image says what it has', () => {
  expect(() => imageOf({ img_path: 'a.png' })).toThrow(/no image under 'img'.*img_path/)
  expect(isImageArray({ ...image, data: [1] })).toBe(false)
})
