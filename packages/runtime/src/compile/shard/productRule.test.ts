import { expect, test } from '@jest/globals'
import { wholeIsCheaper } from './productRule.js'

test.each([
  // [rows, in] and [rows, out] of a layer, samples times tokens as rows.
  ['ViT-B/16, four images, 768 to 3072', 788, 768, 3072, true],
  ['ViT-B/16, four images, 768 to 768', 788, 768, 768, false],
  ['ViT-B/16, two images, 768 to 768', 394, 768, 768, true],
  ['ViT-S, eight images', 1576, 384, 1536, false],
  ['configs/vit.ts', 2080, 64, 256, false],
  ['a head on 32 samples', 32, 2048, 1000, true],
])(
  'the gradient of weights is made whole where they are large beside what they are applied to: %s',
  (_, rows, inputs, outputs, expected) => {
    expect(wholeIsCheaper([rows, inputs], [rows, outputs], [inputs, outputs])).toBe(expected)
  },
)
