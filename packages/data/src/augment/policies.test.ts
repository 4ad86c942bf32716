import { describe, expect, test } from '@jest/globals'
import { annotatePaths, type ImageArray, type PipelineItem, RunContainer, TRANSFORMS } from '@tessera/core'
import { RandomStream } from '@tessera/runtime'
import { imageOf } from '../image/imageArray.js'
import { dataPlugin } from '../plugin.js'
import { withHparams } from './hparams.js'
import { AUTO_POLICIES, RAND_POLICIES } from './policies.js'

expect(dataPlugin.length).toBeGreaterThan(0)
const image: ImageArray = {
  data: Uint8Array.from({ length: 12 * 10 * 3 }, (_, i) => (i * 37) % 256),
  height: 12,
  width: 10,
  channels: 3,
}
const seeds = Array.from({ length: 120 }, (_, seed) => seed)

async function apply(config: object, seed: number): Promise<string> {
  const item = await new RunContainer()
    .build(TRANSFORMS, config)
    .transform({ img: { ...image, data: image.data.slice() } }, new RandomStream(seed))
  const { data, height, width } = imageOf(item as PipelineItem)
  expect([height, width]).toEqual([12, 10])
  return Buffer.from(data).toString('base64')
}

const untouched = Buffer.from(image.data).toString('base64')

test('the presets have the reference’s lengths', () => {
  expect([RAND_POLICIES.timm_increasing.length, RAND_POLICIES.simple_increasing.length, AUTO_POLICIES.imagenet.length]).toEqual([15, 5, 25])
})

test('hparams go to those that take them and do not say otherwise', () => {
  const hparams = { pad_val: 7, interpolation: 'nearest' }
  expect(withHparams({ type: 'Rotate', angle: 3, interpolation: 'bicubic' }, hparams)).toEqual({
    type: 'Rotate',
    angle: 3,
    interpolation: 'bicubic',
    pad_val: 7,
  })
  expect(withHparams({ type: 'Invert' }, hparams)).toEqual({ type: 'Invert' })
})

describe.each([
  { type: 'RandAugment', policies: 'timm_increasing', num_policies: 2, magnitude_level: 9, magnitude_std: 0.5 },
  { type: 'RandAugment', policies: 'simple_increasing', num_policies: 1, magnitude_level: 3 },
  { type: 'AutoAugment', policies: 'imagenet' },
])('%j', (config) => {
  test('keeps the size, depends on the seed alone, and changes most images in many ways', async () => {
    const first = await Promise.all(seeds.map((seed) => apply(config, seed)))
    expect(await Promise.all(seeds.map((seed) => apply(config, seed)))).toEqual(first)
    expect(first.filter((result) => result !== untouched).length).toBeGreaterThan(seeds.length / 3)
    expect(new Set(first).size).toBeGreaterThan(5)
  })
})

test('num_policies are drawn one after the other', async () => {
  const config = (num_policies: number) => ({
    type: 'RandAugment',
    policies: [{ type: 'Invert', prob: 1 }],
    num_policies,
    magnitude_level: 1,
  })
  const negative = Buffer.from(image.data.map((value) => 255 - value)).toString('base64')
  expect([await apply(config(1), 0), await apply(config(2), 0), await apply(config(3), 0)]).toEqual([negative, untouched, negative])
})

test('a level reaches the augmentation through its range', async () => {
  const policies = [{ type: 'Solarize', magnitude_range: [256, 0], prob: 1 }]
  const config = { type: 'RandAugment', policies, num_policies: 1, magnitude_level: 10 }
  expect(await apply(config, 0)).toBe(Buffer.from(image.data.map((value) => 255 - value)).toString('base64'))
  expect(await apply({ ...config, magnitude_level: 0 }, 0)).toBe(untouched)
})

test.each([
  [{ type: 'RandAugment', policies: 'timm', num_policies: 2, magnitude_level: 9 }, /timm/],
  [{ type: 'RandAugment', policies: [{ type: 'Rotat' }], num_policies: 2, magnitude_level: 9 }, /Rotate/],
  [{ type: 'RandAugment', policies: [{ type: 'Rotate', angel: 3 }], num_policies: 2, magnitude_level: 9 }, /policies\[0\].*angle/],
  [{ type: 'RandAugment', policies: [{ type: 'Rotate' }], num_policies: 2, magnitude_level: 9 }, /policies\[0\]\.angle.*neither/],
  [{ type: 'AutoAugment', policies: [[{ type: 'Posterize', bits: 9 }]] }, /8 bits/],
  [{ type: 'RandomErasing', min_area_ratio: 0.5, max_area_ratio: 0.1 }, /min_area_ratio/],
])('%j is refused', (config, says) => {
  annotatePaths(config, 'pipeline[0]')
  expect(() => new RunContainer().build(TRANSFORMS, config)).toThrow(says)
})

describe('RandomErasing', () => {
  const covered = async (options: object, seed: number) => {
    const config = { type: 'RandomErasing', erase_prob: 1, min_area_ratio: 0.2, max_area_ratio: 0.4, ...options }
    const before = image.data
    const after = Buffer.from(await apply(config, seed), 'base64')
    return { pixels: before.filter((value, i) => i % 3 === 0 && (value !== after[i] || before[i + 1] !== after[i + 1])).length, after }
  }

  test('covers a share of the area within the range', async () => {
    for (const seed of seeds) {
      const { pixels } = await covered({ fill_color: [255, 1, 0], aspect_range: [0.5, 2] }, seed)
      // The window's sides are whole numbers: up to half a pixel off on either side.
      expect(pixels).toBeGreaterThan(0.1 * 120)
      expect(pixels).toBeLessThan(0.5 * 120)
    }
  })

  test('noise is noise, around fill_color where it has a deviation', async () => {
    const values = (after: Buffer) => [...after].filter((value, i) => value !== image.data[i])
    const uniform = values((await covered({ mode: 'rand' }, 1)).after)
    expect(new Set(uniform).size).toBeGreaterThan(20)
    const normal = values((await covered({ mode: 'rand', fill_color: 100, fill_std: 3 }, 1)).after)
    expect(Math.min(...normal)).toBeGreaterThan(80)
    expect(Math.max(...normal)).toBeLessThan(120)
  })
})
