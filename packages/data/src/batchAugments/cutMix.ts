import { BATCH_AUGMENTS, type ConfigOf, type RandomSource } from '@tessera/core'
import * as v from 'valibot'
import { probability } from '../augment/magnitude.js'
import { drawBeta } from './beta.js'
import { drawCut } from './cutBox.js'
import { type BatchAugment, type ImageSize, keepOutside, type Mixing } from './mixing.js'
import { alphaOption } from './mixup.js'

export const cutEntries = {
  /** The ratio is drawn from Beta(alpha, alpha). */
  alpha: alphaOption,
  /** Smallest and largest share of either side; then the ratio does not decide the box. */
  cutmix_minmax: v.nullish(v.tuple([probability, probability])),
  /** Labels follow the area that is really covered. */
  correct_lam: v.optional(v.boolean(), true),
}

const schema = v.strictObject(cutEntries)

export interface CutMixConfig extends ConfigOf<'CutMix', typeof schema> {}
declare module '@tessera/core' {
  interface BatchAugmentTypes {
    CutMix: CutMixConfig
  }
}

/** Replaces a box of each image by another's (Yun et al. 2019, arXiv 1905.04899; MMPreTrain's CutMix). */
@BATCH_AUGMENTS.registerModule()
export class CutMix implements BatchAugment {
  static readonly schema = schema
  readonly pastes = false

  constructor(private readonly options: v.InferOutput<typeof schema>) {}

  draw(size: ImageSize, random: RandomSource): Mixing {
    const { box, lam } = drawCut(size, drawBeta(this.options.alpha, random), this.options, random)
    return { lam, keep: keepOutside(size, box) }
  }
}
