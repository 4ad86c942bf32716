import { BATCH_AUGMENTS, type ConfigOf, type RandomSource } from '@tessera/core'
import * as v from 'valibot'
import { probability } from '../augment/magnitude.js'
import { drawBeta } from './beta.js'
import { drawCut } from './cutBox.js'
import { cutEntries } from './cutMix.js'
import { type BatchAugment, type ImageSize, keepOutside, type Mixing } from './mixing.js'

const schema = v.strictObject({
  ...cutEntries,
  /** The drawn ratio is moved into this range. */
  lam_min: v.optional(probability, 0.1),
  lam_max: v.optional(probability, 0.8),
  /** How the other image is shrunk. */
  interpolation: v.optional(v.literal('bilinear', "only 'bilinear' is offered"), 'bilinear'),
})

export interface ResizeMixConfig extends ConfigOf<'ResizeMix', typeof schema> {}
declare module '@tessera/core' {
  interface BatchAugmentTypes {
    ResizeMix: ResizeMixConfig
  }
}

/** Pastes another image, shrunk, into each image (Qin et al. 2020, arXiv 2012.11101; MMPreTrain's ResizeMix). */
@BATCH_AUGMENTS.registerModule()
export class ResizeMix implements BatchAugment {
  static readonly schema = schema
  readonly pastes = true

  constructor(private readonly options: v.InferOutput<typeof schema>) {}

  draw(size: ImageSize, random: RandomSource): Mixing {
    const { alpha, lam_min, lam_max } = this.options
    const { box, lam } = drawCut(size, drawBeta(alpha, random) * (lam_max - lam_min) + lam_min, this.options, random)
    return { lam, keep: keepOutside(size, box), paste: box }
  }
}
