import { BUILDER, type Builder, type ConfigOf, inject, MODELS } from '@tessera/core'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { LatentPredictHead } from '../heads/latentPredictHead.js'
import { selfSupervisorEntries } from './baseSelfSupervisor.js'
import { TwoViews } from './twoViews.js'

const schema = v.strictObject(selfSupervisorEntries)

interface SimSiamConfig extends ConfigOf<'SimSiam', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    SimSiam: SimSiamConfig
  }
}

/** Each view predicts the other, whose gradient is stopped (Chen & He 2020, arXiv 2011.10566). */
@MODELS.registerModule()
export class SimSiam extends TwoViews {
  static readonly schema = schema
  private readonly latentHead: LatentPredictHead

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super(options, builder)
    this.latentHead = this.need('head', LatentPredictHead)
  }

  protected override compare(first: tf.Tensor4D, second: tf.Tensor4D): tf.Tensor {
    const [z1, z2] = [this.project(first), this.project(second)]
    return tf.mul(tf.add(this.latentHead.call(z1, z2), this.latentHead.call(z2, z1)), 0.5)
  }
}
