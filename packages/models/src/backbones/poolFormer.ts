import { BUILDER, type Builder, type ConfigOf, inject, MODELS } from '@tessera/core'
import { AvgPool2d, buildNorm, TensorModule } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { count, frozenStages } from './backboneOptions.js'
import { MetaFormer } from './metaFormer/metaFormer.js'
import { MetaFormerBlock } from './metaFormer/metaFormerBlock.js'
import { metaFormerEntries } from './metaFormer/options.js'

const schema = v.strictObject({
  ...metaFormerEntries,
  /** Side of the window that a block takes the mean of. */
  pool_size: v.optional(count, 3),
  /** Freeze the stem (0, MMPreTrain's default) and so many parts; −1: nothing. */
  frozen_stages: v.optional(frozenStages, 0),
})

interface PoolFormerConfig extends ConfigOf<'PoolFormer', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    PoolFormer: PoolFormerConfig
  }
}

/** The mean of the neighbourhood less the place itself, for the block has a shortcut. */
class Pooling extends TensorModule {
  private readonly pool: AvgPool2d

  constructor(size: number) {
    super()
    const options = { kernelSize: size, stride: 1, padding: Math.floor(size / 2), countIncludePad: false }
    this.pool = this.registerModule('pool', new AvgPool2d(options))
  }

  override forward(input: tf.Tensor): tf.Tensor {
    return tf.sub(this.pool.call(input), input)
  }
}

/** A transformer whose attention is average pooling (Yu et al. 2021, arXiv 2111.11418). */
@MODELS.registerModule()
export class PoolFormer extends MetaFormer {
  static readonly schema = schema

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super(options, builder, {
      inChannels: 3,
      frozenParts: options.frozen_stages,
      makeBlock: (block) => {
        const norm1 = buildNorm(builder, block.normCfg, block.channels)
        const mixer: [string, TensorModule][] = [
          ['norm1', norm1],
          ['token_mixer', new Pooling(options.pool_size)],
        ]
        return new MetaFormerBlock(block, new Map(mixer), builder)
      },
    })
  }
}
