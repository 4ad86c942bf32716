import { BATCH_AUGMENTS, type ConfigOf, type RandomSource } from '@tessera/core'
import * as v from 'valibot'
import { drawBeta } from './beta.js'
import type { BatchAugment, ImageSize, Mixing } from './mixing.js'

export const alphaOption = v.pipe(v.number(), v.gtValue(0, 'alpha must be positive'))

const schema = v.strictObject({
  /** The ratio is drawn from Beta(alpha, alpha). */
  alpha: alphaOption,
})

export interface MixupConfig extends ConfigOf<'Mixup', typeof schema> {}
declare module '@tessera/core' {
  interface BatchAugmentTypes {
    Mixup: MixupConfig
  }
}

/** Blends each image, and its label, with another of the batch (Zhang et al. 2017, arXiv 1710.09412; MMPreTrain's Mixup). */
@BATCH_AUGMENTS.registerModule()
export class Mixup implements BatchAugment {
  static readonly schema = schema
  readonly pastes = false

  constructor(private readonly options: v.InferOutput<typeof schema>) {}

  draw(_size: ImageSize, random: RandomSource): Mixing {
    const lam = drawBeta(this.options.alpha, random)
    return { lam, keep: lam }
  }
}
