import { describe, expect, test } from '@jest/globals'
import { batchLabels } from './batchLabels.js'

const label = (...gt_label: number[]) => ({ metainfo: {}, gt_label })
const plain = { toOnehot: false, classes: 3 }

describe('batchLabels', () => {
  test('one label a sample stays an index', () => {
    expect(batchLabels([label(2), label(0)], plain)).toEqual({ gt_label: Int32Array.of(2, 0) })
  })

  test.each([
    ['onehot', [label(2), label(0)], { toOnehot: true, classes: 3 }, [0, 0, 1, 1, 0, 0]],
    ['several labels', [label(0, 2), label()], plain, [1, 0, 1, 0, 0, 0]],
    ['soft and hard', [{ metainfo: {}, gt_score: Float32Array.of(0.5, 0, 0.5) }, label(1)], plain, [0.5, 0, 0.5, 0, 1, 0]],
    ['classes by a soft label', [{ metainfo: {}, gt_score: Float32Array.of(0, 1) }], { toOnehot: false, classes: undefined }, [0, 1]],
  ])('%s: scores', (_, samples, options, expected) => {
    const labels = batchLabels(samples, options)
    expect(labels !== undefined && 'gt_score' in labels ? [...labels.gt_score] : undefined).toEqual(expected)
  })

  test('no labels at all are none', () => {
    expect(batchLabels([{ metainfo: {} }], plain)).toBeUndefined()
  })

  test.each([
    ['an unknown number of classes', [label(1, 2)], { toOnehot: false, classes: undefined }, /number of classes/],
    ['a label that is no class', [label(0, 3)], plain, /0 to 2/],
    ['a soft label of another length', [{ metainfo: {}, gt_score: Float32Array.of(1) }], plain, /soft label/],
    ['a sample without a label', [label(1), { metainfo: {} }], plain, /has no label/],
  ])('%s is refused', (_, samples, options, message) => {
    expect(() => batchLabels(samples, options)).toThrow(message)
  })
})
