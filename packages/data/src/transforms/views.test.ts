import { describe, expect, test } from '@jest/globals'
import { type ImageArray, type MaskArray, type PackedSample, type PipelineItem, RunContainer, TRANSFORMS } from '@tessera/core'
import { RandomStream } from '@tessera/runtime'
import { DefaultCollate } from '../collate/defaultCollate.js'
import { imageOf } from '../image/imageArray.js'
import { dataPlugin } from '../plugin.js'
import { isPackedSample } from './packedSample.js'

const container = new RunContainer()

async function run(config: object, item: PipelineItem, seed = 0): Promise<PipelineItem> {
  const result = await container.build(TRANSFORMS, config).transform(item, new RandomStream(seed))
  if (result === null) throw new Error('dropped')
  return result
}

const image = (height = 40, width = 30): ImageArray => ({
  data: Uint8Array.from({ length: height * width * 3 }, (_, i) => (i * 7) % 256),
  height,
  width,
  channels: 3,
})

async function packed(item: PipelineItem): Promise<PackedSample> {
  const result = await run({ type: 'PackInputs' }, item)
  if (!isPackedSample(result)) throw new Error('not packed')
  return result
}

describe('MultiView', () => {
  const config = {
    type: 'MultiView',
    num_views: [2, 1],
    transforms: [
      [{ type: 'RandomResizedCrop', scale: 16 }],
      [
        { type: 'RandomResizedCrop', scale: 8 },
        { type: 'RandomFlip', prob: 1 },
      ],
    ],
  }

  test('each view is its own; the first is the image, the others follow it to the batch', async () => {
    expect(dataPlugin.length).toBeGreaterThan(0)
    const original = image()
    const samples = await Promise.all([1, 2].map(async (seed) => packed(await run(config, { img: original }, seed))))
    expect(original.data).toEqual(image().data)
    const [first] = samples
    expect([first?.inputs, ...(first?.views ?? [])].map((view) => view?.height)).toEqual([16, 16, 8])
    expect(first?.views?.[0]?.data).not.toEqual(first?.inputs.data)
    const again = await packed(await run(config, { img: image() }, 1))
    expect(again).toEqual(first)
    const batch = new DefaultCollate().collate(samples)
    expect(batch.views?.map((views) => views.map(({ width }) => width))).toEqual([
      [16, 16],
      [8, 8],
    ])
  })

  test('views are counted', async () => {
    expect(() => container.build(TRANSFORMS, { ...config, num_views: 2 })).toThrow(/num_views.*2 numbers/s)
    const one = await packed({ img: image() })
    const three = await packed(await run(config, { img: image() }))
    expect(() => new DefaultCollate().collate([three, one])).toThrow(/different numbers of views/)
    await expect(packed({ img: [image(), 5] })).rejects.toThrow(/view.*no image/)
  })
})

describe('RandomApply', () => {
  test('all or none of its transforms', async () => {
    const config = {
      type: 'RandomApply',
      transforms: [
        { type: 'Resize', scale: 8 },
        { type: 'RandomFlip', prob: 1 },
      ],
      prob: 0.5,
    }
    const widths = await Promise.all(
      Array.from({ length: 40 }, async (_, seed) => imageOf(await run(config, { img: image() }, seed)).width),
    )
    expect(new Set(widths)).toEqual(new Set([8, 30]))
    expect(imageOf(await run({ ...config, prob: 0 }, { img: image() })).width).toBe(30)
    expect(imageOf(await run({ ...config, transforms: { type: 'Resize', scale: 9 }, prob: 1 }, { img: image() })).width).toBe(9)
  })
})

function maskOf(item: PipelineItem): MaskArray {
  return item['mask'] as MaskArray
}

describe('mask generators', () => {
  test('SimMIM hides whole squares, as many as the ratio says', async () => {
    const config = { type: 'SimMIMMaskGenerator', input_size: 24, mask_patch_size: 8, model_patch_size: 2, mask_ratio: 0.6 }
    const { data, height, width } = maskOf(await run(config, {}))
    expect([height, width]).toEqual([12, 12])
    const squares = Array.from({ length: 9 }, (_, square) => {
      const places = Array.from({ length: 16 }, (_, i) => {
        const [row, column] = [Math.floor(square / 3) * 4 + Math.floor(i / 4), (square % 3) * 4 + (i % 4)]
        return data[row * 12 + column] ?? 9
      })
      expect(new Set(places).size).toBe(1)
      return places[0] ?? 0
    })
    expect(squares.reduce((a, b) => a + b, 0)).toBe(Math.ceil(9 * 0.6))
    expect(() => container.build(TRANSFORMS, { ...config, mask_patch_size: 7 })).toThrow(/mask_patch_size.*divides/s)
    expect(() => container.build(TRANSFORMS, { ...config, model_patch_size: 3 })).toThrow(/model_patch_size/)
  })

  test('BEiT hides exactly so many patches, whatever the seed', async () => {
    const config = { type: 'BEiTMaskGenerator', input_size: 14, num_masking_patches: 75, min_num_patches: 16 }
    const masks = await Promise.all(Array.from({ length: 30 }, async (_, seed) => maskOf(await run(config, {}, seed))))
    for (const { data } of masks) expect(data.reduce((a, b) => a + b, 0)).toBe(75)
    expect(new Set(masks.map(({ data }) => data.join(''))).size).toBe(30)
  })

  test('where no block fits, single patches are hidden instead of searching for ever', async () => {
    const { data, height, width } = maskOf(
      await run({ type: 'BEiTMaskGenerator', input_size: [2, 3], num_masking_patches: 6, min_num_patches: 6 }, {}),
    )
    expect([height, width, data.reduce((a, b) => a + b, 0)]).toEqual([2, 3, 6])
    expect(() => container.build(TRANSFORMS, { type: 'BEiTMaskGenerator', input_size: 2, num_masking_patches: 5 })).toThrow(/at most 4/)
  })

  test('a mask reaches the sample; what is none is refused', async () => {
    const made = await run({ type: 'SimMIMMaskGenerator', input_size: 8, mask_patch_size: 4, model_patch_size: 4 }, { img: image() })
    expect((await packed(made)).data_samples.mask).toEqual(maskOf(made))
    await expect(packed({ img: image(), mask: [1, 0] })).rejects.toThrow(/mask cannot be used/)
  })
})

describe('crops', () => {
  test('one part at two sizes', async () => {
    const config = {
      type: 'RandomResizedCropAndInterpolationWithTwoPic',
      size: 16,
      second_size: [10, 8],
      interpolation: 'bicubic',
      second_interpolation: 'bilinear',
      scale: [0.2, 1],
    }
    const views = (await run(config, { img: image() }, 3))['img'] as ImageArray[]
    expect(views.map(({ height, width }) => [height, width])).toEqual([
      [16, 16],
      [8, 10],
    ])
    const { second_size: _, ...single } = config
    expect(imageOf(await run(single, { img: image() }, 3)).data).toEqual(views[0]?.data)
    const grey = { data: new Uint8Array(1200).fill(77), height: 40, width: 30, channels: 1 }
    const flat = (await run({ ...config, interpolation: 'random', second_interpolation: 'lanczos' }, { img: grey }))['img'] as ImageArray[]
    for (const view of flat) expect(view.data.every((value) => value === 77)).toBe(true)
  })

  test('MAE’s crop takes a part in one draw, and never leaves the image', async () => {
    const config = { type: 'MAERandomResizedCrop', size: [6, 5], scale: [0.2, 1], interpolation: 'bicubic' }
    for (let seed = 0; seed < 20; seed++) {
      const { height, width } = imageOf(await run(config, { img: image(9, 40) }, seed))
      expect([height, width]).toEqual([6, 5])
    }
    const whole = imageOf(await run({ type: 'MAERandomResizedCrop', size: [9, 9], scale: [1, 1], ratio: [1, 1] }, { img: image(9, 9) }))
    expect(whole.data).toEqual(image(9, 9).data)
  })
})
