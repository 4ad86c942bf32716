import { describe, expect, test } from '@jest/globals'
import type { PackedSample } from '@tessera/core'
import { DefaultCollate } from './defaultCollate.js'
import { PseudoCollate } from './pseudoCollate.js'

function sample(height: number, width: number, channels = 3): PackedSample {
  const inputs = { data: new Uint8Array(height * width * channels), height, width, channels }
  return { inputs, data_samples: { metainfo: { img_path: `${height}x${width}x${channels}.png` }, gt_label: [height] } }
}

const lists = (samples: readonly PackedSample[]) => ({
  inputs: samples.map(({ inputs }) => inputs),
  data_samples: samples.map(({ data_samples }) => data_samples),
})

describe('default_collate', () => {
  test('images of one size, in their order', () => {
    const samples = [sample(2, 3), sample(2, 3)]
    expect(new DefaultCollate().collate(samples)).toEqual(lists(samples))
  })

  test.each([
    [3, 3, 3],
    [2, 4, 3],
    [2, 3, 1],
  ])('an image of another size (%i × %i × %i) is named', (...size) => {
    const collate = () => new DefaultCollate().collate([sample(2, 3), sample(2, 3), sample(...size)])
    expect(collate).toThrow(new RegExp(`${size.join('x')}\\.png.*differ in size \\(image 2\\)`))
  })
})

test('pseudo_collate takes images of any size', () => {
  const samples = [sample(2, 3), sample(5, 1, 1)]
  expect(new PseudoCollate().collate(samples)).toEqual(lists(samples))
})
