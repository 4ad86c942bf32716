import { BUILDER, type Builder, type ConfigOf, inject, MODELS } from '@tessera/core'
import type { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { LatentCrossCorrelationHead } from '../heads/latentCrossCorrelationHead.js'
import { selfSupervisorEntries } from './baseSelfSupervisor.js'
import { TwoViews } from './twoViews.js'

const schema = v.strictObject(selfSupervisorEntries)

interface BarlowTwinsConfig extends ConfigOf<'BarlowTwins', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    BarlowTwins: BarlowTwinsConfig
  }
}

/** Features of two views are to agree, and to say different things (Zbontar et al. 2021, arXiv 2103.03230). */
@MODELS.registerModule()
export class BarlowTwins extends TwoViews {
  static readonly schema = schema
  private readonly correlation: LatentCrossCorrelationHead

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super(options, builder)
    this.correlation = this.need('head', LatentCrossCorrelationHead)
  }

  protected override compare(first: tf.Tensor4D, second: tf.Tensor4D): tf.Tensor {
    return this.correlation.call(this.project(first), this.project(second))
  }
}
