import { BUILDER, type Builder, type ConfigOf, inject, MODELS } from '@tessera/core'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { MoCoV3Head } from '../heads/moCoV3Head.js'
import { MomentumViews, momentumEntries } from './momentumViews.js'

const schema = v.strictObject(momentumEntries(0.01))

interface MoCoV3Config extends ConfigOf<'MoCoV3', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    MoCoV3: MoCoV3Config
  }
}

/** Contrast with a momentum encoder's features of the batch, without a queue (Chen et al. 2021, arXiv 2104.02057). */
@MODELS.registerModule()
export class MoCoV3 extends MomentumViews {
  static readonly schema = schema
  private readonly contrast: MoCoV3Head

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super(options, 'momentum_encoder', builder)
    this.contrast = this.need('head', MoCoV3Head)
  }

  protected override compare(first: tf.Tensor4D, second: tf.Tensor4D): tf.Tensor {
    const [query1, query2] = [this.project(first), this.project(second)]
    const [key1, key2] = this.targets(first, second)
    return tf.add(this.contrast.call(query1, key2), this.contrast.call(query2, key1))
  }
}
