import { BUILDER, type Builder, type ConfigOf, inject, MODELS } from '@tessera/core'
import { buildNorm, Conv2d, TensorModule } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { count, frozenStages } from './backboneOptions.js'
import { MetaFormer } from './metaFormer/metaFormer.js'
import { MetaFormerBlock } from './metaFormer/metaFormerBlock.js'
import { metaFormerEntries } from './metaFormer/options.js'

const schema = v.strictObject({
  ...metaFormerEntries,
  in_channels: v.optional(count, 3),
  /** Freeze the stem, the first part (0) and so many more; −1: nothing. */
  frozen_stages: v.optional(frozenStages, -1),
  /** The form for inference: norm and affine layer are one norm, `norm_reparam`. */
  deploy: v.optional(v.boolean(), false),
})

interface RIFormerConfig extends ConfigOf<'RIFormer', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    RIFormer: RIFormerConfig
  }
}

/** A factor and an offset a channel, less the input itself, for the block has a shortcut. */
class Affine extends TensorModule {
  private readonly affine: Conv2d

  constructor(channels: number) {
    super()
    this.affine = this.registerModule('affine', new Conv2d(channels, channels, 1, { groups: channels }))
  }

  override forward(input: tf.Tensor): tf.Tensor {
    return tf.sub(this.affine.call(input), input)
  }
}

/** A transformer without any mixing of places in its blocks (Wang et al. 2023, arXiv 2304.05659). */
@MODELS.registerModule()
export class RIFormer extends MetaFormer {
  static readonly schema = schema

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super(options, builder, {
      inChannels: options.in_channels,
      frozenParts: options.frozen_stages < 0 ? -1 : options.frozen_stages + 1,
      makeBlock: (block) => {
        const norm = buildNorm(builder, block.normCfg, block.channels)
        const trained: [string, TensorModule][] = [
          ['norm1', norm],
          ['token_mixer', new Affine(block.channels)],
        ]
        return new MetaFormerBlock(block, new Map(options.deploy ? [['norm_reparam', norm]] : trained), builder)
      },
    })
  }
}
