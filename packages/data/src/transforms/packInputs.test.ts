import { describe, expect, test } from '@jest/globals'
import { type PipelineItem, RunContainer, TRANSFORMS } from '@tessera/core'
import { RandomStream } from '@tessera/runtime'
import { isPackedSample } from './packedSample.js'
import { PackInputs } from './packInputs.js'

const img = { data: new Uint8Array(1), height: 1, width: 1, channels: 1 }

function pack(item: PipelineItem, options: object = {}) {
  const packed = new RunContainer().build(TRANSFORMS, { type: PackInputs.name, ...options }).transform(item, new RandomStream(0))
  if (packed === null || !isPackedSample(packed)) throw new Error('not packed')
  return packed
}

describe('PackInputs', () => {
  test('the image, labels, and of the metainfo what the item has', () => {
    const { inputs, data_samples } = pack({ img, gt_label: 3, img_path: 'a.png', flip: false, secret: 1 })
    expect(inputs).toBe(img)
    expect(data_samples).toEqual({ gt_label: [3], metainfo: { img_path: 'a.png', flip: false } })
  })

  test('several labels, scores, further keys, another image', () => {
    const options = { input_key: 'other', algorithm_keys: ['mask', 'absent'], meta_keys: ['secret'] }
    const { data_samples } = pack({ other: img, gt_label: [0, 2], gt_score: [0.5, 0.5], mask: 'm', secret: 1 }, options)
    expect(data_samples).toEqual({ gt_label: [0, 2], gt_score: Float32Array.of(0.5, 0.5), mask: 'm', metainfo: { secret: 1 } })
  })

  test.each<[string, PipelineItem, RegExp]>([
    ['a label that is text', { img, gt_label: 'cat' }, /gt_label/],
    ['scores that are text', { img, gt_score: 'cat' }, /gt_score/],
    ['no image', { gt_label: 1 }, /no image under 'img'/],
  ])('%s is refused', (_, item, message) => {
    expect(() => pack(item)).toThrow(message)
  })
})
