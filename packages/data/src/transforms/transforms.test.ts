import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { type ImageArray, type PipelineItem, RunContainer, TRANSFORMS } from '@tessera/core'
import { RandomStream } from '@tessera/runtime'
import sharp from 'sharp'
import { imageOf } from '../image/imageArray.js'
import { dataPlugin } from '../plugin.js'

expect(dataPlugin.length).toBeGreaterThan(0)
const folder = mkdtempSync(join(tmpdir(), 'tessera-transforms-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function build(config: object) {
  return new RunContainer().build(TRANSFORMS, config)
}

async function apply(config: object, img: ImageArray, seed = 0): Promise<{ image: ImageArray; item: PipelineItem }> {
  const item = await build(config).transform({ img }, new RandomStream(seed))
  if (item === null) throw new Error('dropped')
  return { image: imageOf(item), item }
}

/** Every pixel has its own value. */
function numbered(height: number, width: number): ImageArray {
  return { data: Uint8Array.from({ length: height * width }, (_, i) => i + 1), height, width, channels: 1 }
}

const seeds = Array.from({ length: 200 }, (_, seed) => seed)

describe('RandomCrop', () => {
  test('reaches every place, and only those', async () => {
    const corners = await Promise.all(
      seeds.map(async (seed) => (await apply({ type: 'RandomCrop', crop_size: [2, 3] }, numbered(3, 5), seed)).image.data[0]),
    )
    expect([...new Set(corners)].sort((a = 0, b = 0) => a - b)).toEqual([1, 2, 3, 6, 7, 8])
  })

  test.each<[object, number[]]>([
    [{ crop_size: 3, padding: 1, pad_val: 9 }, [3, 3]],
    [{ crop_size: [1, 4], padding: [1, 0] }, [1, 4]],
    [{ crop_size: [3, 1], padding: [0, 1, 0, 0] }, [3, 1]],
    [{ crop_size: 6, pad_if_needed: true }, [6, 6]],
  ])('%j of 2 × 2 gives %j', async (options, [height, width]) => {
    const { image } = await apply({ type: 'RandomCrop', ...options }, numbered(2, 2))
    expect([image.height, image.width, image.data.length]).toEqual([height, width, (height ?? 0) * (width ?? 0)])
  })

  test('an image that is too small is refused', async () => {
    await expect(apply({ type: 'RandomCrop', crop_size: 3 }, numbered(2, 2))).rejects.toThrow(/smaller than the crop/)
  })
})

describe('RandomFlip', () => {
  test.each([
    ['horizontal', [2, 1, 4, 3, 6, 5]],
    ['vertical', [5, 6, 3, 4, 1, 2]],
    ['diagonal', [6, 5, 4, 3, 2, 1]],
  ])('%s', async (direction, expected) => {
    const { image, item } = await apply({ type: 'RandomFlip', prob: 1, direction }, numbered(3, 2))
    expect([...image.data]).toEqual(expected)
    expect(item).toMatchObject({ flip: true, flip_direction: direction })
  })

  test('as often as `prob` says', async () => {
    const flips = await Promise.all(
      seeds.map(async (seed) => (await apply({ type: 'RandomFlip', prob: 0.3 }, numbered(1, 2), seed)).item['flip']),
    )
    const share = flips.filter((flip) => flip === true).length / flips.length
    expect(share).toBeGreaterThan(0.2)
    expect(share).toBeLessThan(0.4)
  })
})

describe('RandomResizedCrop', () => {
  test('the size asked for, out of the part allowed', async () => {
    const options = { type: 'RandomResizedCrop', scale: [2, 3], backend: 'pillow', interpolation: 'nearest' }
    const { image } = await apply(options, numbered(12, 12))
    expect([image.height, image.width]).toEqual([2, 3])
    const whole = await apply({ ...options, scale: 12, crop_ratio_range: [1, 1], aspect_ratio_range: [1, 1] }, numbered(12, 12))
    expect(whole.image.data).toEqual(numbered(12, 12).data)
  })

  test('an image so long that no draw fits gives the middle', async () => {
    const options = { type: 'RandomResizedCrop', scale: [1, 2], crop_ratio_range: [1, 1], aspect_ratio_range: [1, 2] }
    const { image } = await apply({ ...options, backend: 'pillow' }, numbered(1, 10))
    expect([...image.data]).toEqual([5, 6])
  })
})

describe('Normalize', () => {
  test('mean and std are of the flipped channels', async () => {
    const colour = { data: Uint8Array.of(10, 20, 30), height: 1, width: 1, channels: 3 }
    const options = { type: 'Normalize', mean: [30, 10, 0], std: [1, 5, 2] }
    expect([...(await apply(options, colour)).image.data]).toEqual([0, 2, 5])
    expect([...(await apply({ ...options, to_rgb: false }, colour)).image.data]).toEqual([-20, 2, 15])
  })

  test('an image of other channels is refused', async () => {
    await expect(apply({ type: 'Normalize', mean: [1, 2, 3], std: [1, 1, 1] }, numbered(1, 1))).rejects.toThrow(/number of channels/)
  })
})

describe('Resize', () => {
  test('floats are refused', async () => {
    const floats = { ...numbered(2, 2), data: new Float32Array(4) }
    for (const backend of ['cv2', 'pillow'])
      await expect(apply({ type: 'Resize', scale: 3, backend }, floats)).rejects.toThrow(/only 8-bit images/)
  })

  test('a plain surface stays plain, however it is resized', async () => {
    const plain = { data: new Uint8Array(7 * 5).fill(201), height: 7, width: 5, channels: 1 }
    const ways = [
      ...['nearest', 'bilinear', 'bicubic'].map((interpolation) => ({ backend: 'cv2', interpolation })),
      ...['nearest', 'bilinear', 'bicubic', 'box', 'hamming', 'lanczos'].map((interpolation) => ({ backend: 'pillow', interpolation })),
    ]
    for (const way of ways)
      for (const scale of [3, 11]) {
        const { image } = await apply({ type: 'Resize', scale, ...way }, plain)
        expect([...new Set(image.data)]).toEqual([201])
      }
  })
})

test.each<[object, RegExp]>([
  [{ type: 'Resize' }, /scale or scale_factor/],
  [{ type: 'Resize', scale: 3, scale_factor: 2 }, /one of them/],
  [{ type: 'Resize', scale: 3, interpolation: 'box' }, /'cv2' does not offer.*box/],
  [{ type: 'ResizeEdge', scale: 3, interpolation: 'hamming' }, /'cv2' does not offer.*hamming/],
  [{ type: 'RandomResizedCrop', scale: 3, backend: 'pillow', interpolation: 'area' }, /'pillow' does not offer/],
  [{ type: 'Normalize', mean: [1, 2], std: [1] }, /equal length/],
  [{ type: 'Normalize', mean: [1], std: [0] }, /divides by zero/],
  [{ type: 'RandomFlip', prob: 2 }, /prob/],
  [{ type: 'CenterCrop', crop_size: 0 }, /crop_size/],
])('%j is refused when the pipeline is built', (config, message) => {
  expect(() => build(config)).toThrow(message)
})

describe('LoadImageFromFile', () => {
  const load = (name: string, options: object = {}) =>
    build({ type: 'LoadImageFromFile', ...options }).transform({ img_path: join(folder, name) }, new RandomStream(0))

  async function pixelsOf(name: string, options: object = {}): Promise<number[]> {
    const item = await load(name, options)
    return item === null ? [] : [...imageOf(item).data]
  }

  const write = (name: string, pixels: readonly number[], channels: 1 | 3 | 4, width = 1) =>
    sharp(Uint8Array.from(pixels), { raw: { width, height: pixels.length / channels / width, channels } }).toFile(join(folder, name))

  test('colours are BGR; transparency goes, unless unchanged', async () => {
    await write('clear.png', [10, 20, 30, 40], 4)
    expect(await pixelsOf('clear.png')).toEqual([30, 20, 10])
    expect(await pixelsOf('clear.png', { color_type: 'unchanged' })).toEqual([30, 20, 10, 40])
  })

  test('a grey file has three channels, or one', async () => {
    await write('grey.png', [7, 200], 1)
    expect(await pixelsOf('grey.png')).toEqual([7, 7, 7, 200, 200, 200])
    expect(await pixelsOf('grey.png', { color_type: 'grayscale' })).toEqual([7, 200])
  })

  test("grey by libpng's weights or by Pillow's", async () => {
    await write('red.png', [255, 0, 0], 3)
    expect(await pixelsOf('red.png', { color_type: 'grayscale', to_float32: true })).toEqual([76])
    await write('blue.png', [0, 0, 5], 3)
    expect(await pixelsOf('blue.png', { color_type: 'grayscale' })).toEqual([0])
    expect(await pixelsOf('blue.png', { color_type: 'grayscale', imdecode_backend: 'pillow' })).toEqual([1])
  })

  test('a file that says it lies on its side is turned upright', async () => {
    await sharp(Uint8Array.of(1, 1, 1, 200, 200, 200), { raw: { width: 2, height: 1, channels: 3 } })
      .withMetadata({ orientation: 6 })
      .png()
      .toFile(join(folder, 'side.png'))
    expect(await load('side.png')).toMatchObject({ ori_shape: [2, 1], img_shape: [2, 1] })
  })

  test('what does not decode is named, or dropped when asked', async () => {
    writeFileSync(join(folder, 'cut.png'), 'no image')
    await write('scan.tif', [1, 2, 3], 3)
    await expect(load('cut.png')).rejects.toThrow(/cut\.png.*cannot be decoded/)
    await expect(load('scan.tif')).rejects.toThrow(/scan\.tif.*cannot be decoded.*unsupported/)
    expect(await load('cut.png', { ignore_empty: true })).toBeNull()
  })
})
