import { describe, expect, test } from '@jest/globals'
import { type ImageArray, type PipelineItem, type RandomSource, RunContainer, TRANSFORMS } from '@tessera/core'
import { RandomStream } from '@tessera/runtime'
import { imageOf } from '../image/imageArray.js'
import { dataPlugin } from '../plugin.js'
import { drawMagnitude } from './magnitude.js'

expect(dataPlugin.length).toBeGreaterThan(0)
const grey: ImageArray = { data: Uint8Array.from({ length: 64 }, (_, i) => 4 * i), height: 8, width: 8, channels: 1 }
const seeds = Array.from({ length: 400 }, (_, seed) => seed)

function apply(config: object, seed: number): ImageArray {
  const item = new RunContainer().build(TRANSFORMS, config).transform({ img: grey }, new RandomStream(seed)) as PipelineItem
  return imageOf(item)
}

const levels = { magnitude_level: 6, magnitude_std: 0, total_level: 10, prob: 0.5, random_negative_prob: 0.5 } as const

describe('the strength', () => {
  test.each([
    [[0, 10], 6],
    [[10, 0], 4],
    [[-1, 1], 0.2],
  ] as const)('level 6 of 10 in %j is %d', (range, expected) =>
    expect(drawMagnitude({ ...levels, magnitude_range: [...range] }, new RandomStream(0))).toBeCloseTo(expected, 12),
  )

  test('noise stays on the scale, and is normal around the level', () => {
    const random: RandomSource = new RandomStream(3)
    const drawn = seeds.map(() => drawMagnitude({ ...levels, magnitude_std: 1.5, magnitude_range: [0, 10] }, random))
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...drawn)).toBeLessThanOrEqual(10)
    expect(drawn.reduce((a, b) => a + b, 0) / drawn.length).toBeCloseTo(6, 0)
  })

  test("'inf' is uniform below the level", () => {
    const random = new RandomStream(4)
    const drawn = seeds.map(() => drawMagnitude({ ...levels, magnitude_std: 'inf', magnitude_range: [0, 10] }, random))
    expect(Math.max(...drawn)).toBeLessThanOrEqual(6)
    expect(Math.min(...drawn)).toBeLessThan(0.2)
    expect(drawn.reduce((a, b) => a + b, 0) / drawn.length).toBeCloseTo(3, 0)
  })

  test.each([[{}], [{ magnitude: 1, magnitude_range: [0, 1] }]])('%j is refused: it is given exactly once', (options) =>
    expect(() => apply({ type: 'Shear', ...options }, 0)).toThrow(/magnitude/),
  )
})

test('it happens as often as prob says', () => {
  const changed = seeds.filter((seed) => apply({ type: 'Invert', prob: 0.3 }, seed).data[0] !== 0).length
  expect(changed / seeds.length).toBeCloseTo(0.3, 1)
})

test('a strength without sign stays positive; the others turn with random_negative_prob', () => {
  const first = (seed: number) => apply({ type: 'Brightness', magnitude: 0.5, prob: 1, random_negative_prob: 0.25 }, seed).data[10]
  const many = Array.from({ length: 4000 }, (_, seed) => seed)
  const darker = many.filter((seed) => (first(seed) ?? 0) < 40).length
  expect(darker / many.length).toBeCloseTo(0.25, 1)
  expect(new Set(seeds.map((seed) => apply({ type: 'Solarize', thr: 100, prob: 1 }, seed).data[63])).size).toBe(1)
})

test('Cutout covers a window that lies around a point of the image', () => {
  for (const seed of seeds.slice(0, 50)) {
    const { data } = apply({ type: 'Cutout', shape: 4, pad_val: 255, prob: 1 }, seed)
    const covered = data.filter((value) => value === 255).length
    expect(covered).toBeGreaterThanOrEqual(4)
    expect(covered).toBeLessThanOrEqual(16)
  }
})

test.each([
  ['edge', [1, 2, 3, 3, 3, 3, 3]],
  ['reflect', [1, 2, 3, 2, 1, 2, 3]],
  ['symmetric', [1, 2, 3, 3, 2, 1, 1]],
])('Pad by %s', (padding_mode, expected) => {
  const img: ImageArray = { data: Uint8Array.of(1, 2, 3), height: 1, width: 3, channels: 1 }
  const item = new RunContainer().build(TRANSFORMS, { type: 'Pad', size: [7, 1], padding_mode }).transform({ img }, new RandomStream(0))
  expect([...imageOf(item as PipelineItem).data]).toEqual(expected)
})

test.each([[{}], [{ size: [2, 2], size_divisor: 4 }]])('Pad refuses %j', (options) =>
  expect(() => new RunContainer().build(TRANSFORMS, { type: 'Pad', ...options })).toThrow(/padded? to|size/),
)
