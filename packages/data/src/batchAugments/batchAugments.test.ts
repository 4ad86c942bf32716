import { describe, expect, test } from '@jest/globals'
import { type DataSample, type ImageArray, MODELS, RunContainer } from '@tessera/core'
import type { BaseDataPreprocessor } from '@tessera/nn'
import { RandomStream, tf, useBackend } from '@tessera/runtime'
import { dataPlugin } from '../plugin.js'
import { drawBeta } from './beta.js'
import { drawCut } from './cutBox.js'
import { mixBatch } from './mixBatch.js'
import { keepOutside } from './mixing.js'
import { pasteMatrix } from './pasteMatrix.js'

expect(dataPlugin.length).toBeGreaterThan(0)
await useBackend()
const size = { height: 20, width: 30 }

describe('Beta(alpha, alpha)', () => {
  test.each([0.1, 0.8, 1, 5])('%d has its mean and variance', (alpha) => {
    const random = new RandomStream(1, String(alpha))
    const drawn = Array.from({ length: 20_000 }, () => drawBeta(alpha, random))
    const mean = drawn.reduce((a, b) => a + b, 0) / drawn.length
    const variance = drawn.reduce((a, b) => a + (b - mean) ** 2, 0) / drawn.length
    expect(mean).toBeCloseTo(0.5, 1.5)
    expect(variance).toBeCloseTo(1 / (4 * (2 * alpha + 1)), 2)
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...drawn)).toBeLessThanOrEqual(1)
  })
})

describe('the box of CutMix', () => {
  const random = new RandomStream(2)
  test('covers 1 − lam of the area, unless it is cut off; then the label follows', () => {
    let clipped = 0
    for (let i = 0; i < 500; i++) {
      const { box, lam } = drawCut(size, 0.75, { correct_lam: true }, random)
      const [tall, wide] = [box.bottom - box.top, box.right - box.left]
      expect(lam).toBeCloseTo(1 - (tall * wide) / 600, 12)
      expect([tall <= 10, wide <= 15, box.top >= 0, box.bottom <= 20, box.left >= 0, box.right <= 30]).not.toContain(false)
      if (tall < 10 || wide < 14) clipped++
    }
    expect(clipped).toBeGreaterThan(100)
    expect(clipped).toBeLessThan(450)
  })

  test('without correction the label keeps lam', () => {
    expect(drawCut(size, 0.3, { correct_lam: false }, random).lam).toBe(0.3)
  })

  test('cutmix_minmax bounds the sides', () => {
    for (let i = 0; i < 200; i++) {
      const { box } = drawCut(size, 0.3, { correct_lam: true, cutmix_minmax: [0.2, 0.5] }, random)
      expect(box.bottom - box.top).toBeGreaterThanOrEqual(4)
      expect(box.bottom - box.top).toBeLessThan(10)
      expect(box.right - box.left).toBeGreaterThanOrEqual(6)
      expect(box.right - box.left).toBeLessThan(15)
    }
  })

  test('the map is 0 inside and 1 around', () => {
    const keep = keepOutside({ height: 3, width: 4 }, { top: 1, bottom: 3, left: 1, right: 2 })
    expect([...keep]).toEqual([1, 1, 1, 1, 1, 0, 1, 1, 1, 0, 1, 1])
  })
})

test('pasting shrinks like torch’s interpolate (align_corners=False)', () => {
  const row = Float32Array.of(0, 10, 20, 30, 40, 50)
  const shrunk = (start: number, end: number) => {
    const matrix = pasteMatrix(6, start, end)
    return Array.from({ length: 6 }, (_, to) => row.reduce((sum, value, from) => sum + value * (matrix[to * 6 + from] ?? 0), 0))
  }
  expect(shrunk(1, 4)).toEqual([0, 5, 25, 45, 0, 0])
  expect(shrunk(0, 6)).toEqual([...row])
  expect(shrunk(2, 4)).toEqual([0, 0, 10, 40, 0, 0])
})

const images = (count: number): ImageArray[] =>
  Array.from({ length: count }, (_, index) => ({
    data: new Uint8Array(20 * 30 * 3).fill(10 * (index + 1)),
    height: 20,
    width: 30,
    channels: 3,
  }))
const samples = (count: number): DataSample[] => Array.from({ length: count }, (_, index) => ({ metainfo: {}, gt_label: [index] }))

async function augmented(batch_augments: object, seed: number, training = true) {
  const config = { type: 'ClsDataPreprocessor', num_classes: 4, batch_augments }
  const preprocessor = new RunContainer().build(MODELS, config) as BaseDataPreprocessor
  const uploaded = preprocessor.upload({ inputs: images(4), data_samples: samples(4) }, training ? new RandomStream(seed) : undefined)
  const batch = tf.tidy(() => preprocessor.forward(uploaded, training))
  const inputs = await batch.inputs.data()
  const scores = await batch['gt_score']?.data()
  tf.dispose([uploaded, batch])
  preprocessor.dispose()
  return { keys: Object.keys(batch), inputs, scores: [...(scores ?? [])] }
}

/** Mean value of image i, and what its label expects it to be: every image of the batch is of one value, 10 · (class + 1). */
function compared(inputs: ArrayLike<number>, scores: readonly number[]) {
  return Array.from({ length: 4 }, (_, image) => {
    const pixels = Array.from(inputs).slice(image * 1800, (image + 1) * 1800)
    const mean = pixels.reduce((a, b) => a + b, 0) / pixels.length
    return { mean, expected: [0, 1, 2, 3].reduce((sum, one) => sum + 10 * (one + 1) * (scores[image * 4 + one] ?? 0), 0) }
  })
}

describe.each(['Mixup', 'CutMix', 'ResizeMix'])('%s', (type) => {
  test('labels follow the pixels', async () => {
    let mixed = 0
    for (let seed = 0; seed < 20; seed++) {
      const { inputs, scores, keys } = await augmented({ augments: { type, alpha: 1 } }, seed)
      expect(keys.filter((key) => key.startsWith('mix_'))).toEqual([])
      for (const { mean, expected } of compared(inputs, scores)) expect(mean).toBeCloseTo(expected, 3)
      if (scores.some((score) => score > 0.01 && score < 0.99)) mixed++
    }
    expect(mixed).toBeGreaterThan(10)
  })

  test('validation mixes nothing, and the same stream mixes the same', async () => {
    const plain = await augmented({ augments: [{ type, alpha: 1 }] }, 0, false)
    expect(plain.scores).toEqual([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1])
    const [first, second] = [await augmented({ augments: [{ type, alpha: 1 }] }, 5), await augmented({ augments: [{ type, alpha: 1 }] }, 5)]
    expect(Array.from(first.inputs)).toEqual(Array.from(second.inputs))
  })
})

describe('RandomBatchAugment', () => {
  test('probs choose; the rest changes nothing', async () => {
    let untouched = 0
    for (let seed = 0; seed < 200; seed++) {
      const { scores } = await augmented(
        {
          augments: [
            { type: 'Mixup', alpha: 50 },
            { type: 'CutMix', alpha: 50 },
          ],
          probs: [0.3, 0.2],
        },
        seed,
      )
      if (scores.every((score) => score === 0 || score === 1)) untouched++
    }
    expect(untouched / 200).toBeCloseTo(0.5, 0.9)
  })

  test.each([
    [{ augments: [{ type: 'Mixup', alpha: 1 }], probs: [0.5, 0.5] }, /probs/],
    [{ augments: [{ type: 'Mixup', alpha: 1 }], probs: 1.5 }, /probs/],
    [{ augments: { type: 'Mixup' } }, /alpha/],
    [{ augments: { type: 'Mixup', alpha: 0 } }, /positive/],
    [{ augments: { type: 'MixUp', alpha: 1 } }, /Mixup/],
    [{ augment: { type: 'Mixup', alpha: 1 } }, /augments/],
  ])('%j is refused', async (options, says) => {
    await expect(augmented(options, 0)).rejects.toThrow(says)
  })
})

test('a batch without a mixing is left as it is', () => {
  const batch = { inputs: tf.zeros<tf.Rank.R4>([1, 2, 2, 1]) }
  expect(mixBatch(batch)).toBe(batch)
  tf.dispose(batch)
})
