import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { DATA_LOADERS, DATASETS, type Dataset, RunContainer } from '@tessera/core'
import { RandomStream } from '@tessera/runtime'
import { dataPlugin } from '../plugin.js'

const random = new RandomStream(0)

function digits(split: 'train' | 'test'): Dataset {
  return new RunContainer().build(DATASETS, { type: 'MNISTDigits', split, pipeline: [{ type: 'PackInputs' }] })
}

async function fingerprints(dataset: Dataset): Promise<{ images: string[]; labels: number[] }> {
  const images: string[] = []
  const labels: number[] = []
  for (let index = 0; index < dataset.length; index++) {
    const { inputs, data_samples } = await dataset.getItem(index, random)
    images.push(createHash('sha1').update(inputs.data).digest('hex'))
    labels.push(data_samples.gt_label?.[0] ?? -1)
  }
  return { images, labels }
}

describe('MNISTDigits', () => {
  test('8,500 to train on, 1,500 held back, every class in the same share, no image in both', async () => {
    expect(dataPlugin.length).toBeGreaterThan(0)
    const [train, held] = [await fingerprints(digits('train')), await fingerprints(digits('test'))]
    expect([train.labels.length, held.labels.length]).toEqual([8500, 1500])
    for (let digit = 0; digit < 10; digit++) {
      const [a, b] = [train, held].map(({ labels }) => labels.filter((label) => label === digit).length)
      expect((b ?? 0) / ((a ?? 0) + (b ?? 0))).toBeCloseTo(0.15, 2)
    }
    const seen = new Set(train.images)
    expect(held.images.filter((image) => seen.has(image))).toEqual([])
    // The split is fixed for good: accuracies of one version are comparable with another's.
    expect(createHash('sha1').update(held.images.join()).digest('hex')).toBe('1516fe16d48ba99b00b60dcc12b79ed1a1f09453')
  })

  test('images are 28 × 28 grey bytes with ink and paper', async () => {
    const { inputs } = await digits('train').getItem(0, random)
    expect([inputs.height, inputs.width, inputs.channels]).toEqual([28, 28, 1])
    expect(Math.max(...inputs.data)).toBeGreaterThan(200)
    expect(inputs.data[0]).toBe(0)
  })

  test('a loader goes on from a batch in the middle with the very same batches', async () => {
    const loader = new RunContainer().build(
      DATA_LOADERS,
      {
        type: 'DataLoader',
        batch_size: 500,
        dataset: { type: 'MNISTDigits', pipeline: [{ type: 'RandomCrop', crop_size: 28, padding: 2 }, { type: 'PackInputs' }] },
        sampler: { type: 'DefaultSampler', shuffle: true },
      },
      { random: new RandomStream(1) },
    )
    const collect = async (start: number) => {
      const all: string[] = []
      for await (const { inputs } of loader.batches(2, start))
        all.push(
          createHash('sha1')
            .update(Buffer.concat(inputs.map(({ data }) => Buffer.from(data))))
            .digest('hex'),
        )
      return all
    }
    const whole = await collect(0)
    expect(whole).toHaveLength(17)
    expect(await collect(11)).toEqual(whole.slice(11))
  })
})
