import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { type ImageArray, type PipelineItem, RunContainer, TRANSFORMS } from '@tessera/core'
import { RandomStream } from '@tessera/runtime'
import { imageOf } from '../image/imageArray.js'
import { dataPlugin } from '../plugin.js'

interface Case {
  readonly image: string
  readonly kind: 'brightness' | 'contrast' | 'saturation' | 'hue'
  readonly factor: number
  readonly data: string
}

const DATA = join(import.meta.dirname, '../../test-data')
const cases = JSON.parse(gunzipSync(readFileSync(join(DATA, 'color_jitter.json.gz'))).toString('utf8')) as Case[]

async function run(config: object, item: PipelineItem, seed = 0): Promise<PipelineItem> {
  const result = await new RunContainer().build(TRANSFORMS, config).transform(item, new RandomStream(seed))
  if (result === null) throw new Error('dropped')
  return result
}

const loaded = (image: string) => run({ type: 'LoadImageFromFile' }, { img_path: join(DATA, `${image}.png`) })

describe('each adjustment is Pillow’s, byte for byte', () => {
  test.each(cases.map((one) => [one.image, one.kind, one.factor, one.data] as const))('%s: %s %d', async (image, kind, factor, data) => {
    const found = imageOf(await run({ type: 'ColorJitter', [kind]: [factor, factor] }, await loaded(image)))
    expect(Buffer.from(found.data as Uint8Array).equals(Buffer.from(data, 'base64'))).toBe(true)
  })
})

test('nothing to jitter leaves the image alone; bounds hold; cv2 has no hue', async () => {
  expect(dataPlugin.length).toBeGreaterThan(0)
  const item = await loaded('rgb_30x64')
  const before = imageOf(item).data
  expect(imageOf(await run({ type: 'ColorJitter' }, item)).data).toBe(before)
  // Above 1, a single strength reaches down to 0 only: black, never below.
  const dark = imageOf(await run({ type: 'ColorJitter', brightness: [-5, -2] }, item))
  expect(dark.data.every((value) => value === 0)).toBe(true)
  expect(() => new RunContainer().build(TRANSFORMS, { type: 'ColorJitter', hue: 0.1, backend: 'cv2' })).toThrow(/cv2.*pillow/s)
  const cv2 = imageOf(await run({ type: 'ColorJitter', brightness: [0.5, 0.5], backend: 'cv2' }, await loaded('rgb_30x64')))
  expect(cv2.data[0]).toBe(Math.trunc((before[0] ?? 0) / 2))
})

test('order and factors come from the seed', async () => {
  const config = { type: 'ColorJitter', brightness: 0.4, contrast: 0.4, saturation: 0.2, hue: 0.1 }
  const made = await Promise.all([1, 1, 2].map(async (seed) => imageOf(await run(config, await loaded('rgb_61x47'), seed)).data))
  expect(made[0]).toEqual(made[1])
  expect(made[0]).not.toEqual(made[2])
})

const tiny = (): ImageArray => ({ data: Uint8Array.from([10, 20, 30, 200, 100, 50]), height: 1, width: 2, channels: 3 })

describe('RandomGrayscale', () => {
  test.each([
    [{ prob: 1 }, 1, [20, 116]],
    [{ prob: 1, keep_channels: true, channel_weights: [0.114, 0.587, 0.2989] }, 3, [21, 21, 21, 96, 96, 96]],
    [{ prob: 0 }, 3, [10, 20, 30, 200, 100, 50]],
  ])('%j', async (options, channels, expected) => {
    const found = imageOf(await run({ type: 'RandomGrayscale', ...options }, { img: tiny() }))
    expect([found.channels, Array.from(found.data)]).toEqual([channels, expected])
  })

  test('weights are counted', async () => {
    await expect(run({ type: 'RandomGrayscale', prob: 1, channel_weights: [1, 1] }, { img: tiny() })).rejects.toThrow(
      /channel_weights.*3 numbers/s,
    )
  })
})

describe('Lighting', () => {
  const options = {
    eigval: [10, 20, 30],
    eigvec: [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ],
  }

  test('adds eigenvectors by chance, and bytes stay bytes', async () => {
    const random = new RandomStream(4)
    const shifts = [10, 20, 30].map((value) => 0.5 * random.normal() * value)
    const found = imageOf(await run({ type: 'Lighting', ...options, alphastd: 0.5, to_rgb: true }, { img: tiny() }, 4))
    const rgb = [30, 20, 10, 50, 100, 200]
    expect(Array.from(found.data)).toEqual(rgb.map((value, i) => Math.min(255, Math.max(0, Math.trunc(value + (shifts[i % 3] ?? 0))))))
    const white: ImageArray = { ...tiny(), data: new Uint8Array(6).fill(255) }
    const bright = imageOf(await run({ type: 'Lighting', ...options, alphastd: 5 }, { img: white }, 4))
    expect(Math.min(...bright.data) >= 0 && bright.data instanceof Uint8Array).toBe(true)
    // Where the reference wraps around, white stays white.
    for (const [i, shift] of shifts.entries()) if (shift > 0) expect(bright.data[i]).toBe(255)
  })

  test('none of it leaves the image as it is', async () => {
    expect(Array.from(imageOf(await run({ type: 'Lighting', ...options, alphastd: 0 }, { img: tiny() })).data)).toEqual(
      Array.from(tiny().data),
    )
  })
})
