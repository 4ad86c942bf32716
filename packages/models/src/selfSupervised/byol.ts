import { BUILDER, type Builder, type ConfigOf, inject, MODELS } from '@tessera/core'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { LatentPredictHead } from '../heads/latentPredictHead.js'
import { MomentumViews, momentumEntries } from './momentumViews.js'

const schema = v.strictObject(momentumEntries(0.004))

interface BYOLConfig extends ConfigOf<'BYOL', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    BYOL: BYOLConfig
  }
}

/** One view predicts what a slower copy of the network makes of the other (Grill et al. 2020, arXiv 2006.07733). */
@MODELS.registerModule()
export class BYOL extends MomentumViews {
  static readonly schema = schema
  private readonly latentHead: LatentPredictHead

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super(options, 'target_net', builder)
    this.latentHead = this.need('head', LatentPredictHead)
  }

  protected override compare(first: tf.Tensor4D, second: tf.Tensor4D): tf.Tensor {
    const [online1, online2] = [this.project(first), this.project(second)]
    const [target1, target2] = this.targets(first, second)
    return tf.mul(tf.add(this.latentHead.call(online1, target2), this.latentHead.call(online2, target1)), 2)
  }
}
