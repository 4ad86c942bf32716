import { BUILDER, type Builder, type ConfigOf, inject, MODELS } from '@tessera/core'
import { LayerNorm, Linear, ones, xavier, zeros } from '@tessera/nn'
import { randomUniform, tf } from '@tessera/runtime'
import * as v from 'valibot'
import { ranksOf } from '../layers/patchOrder.js'
import { sincosInit } from '../layers/sincosPositions.js'
import { rate } from './backboneOptions.js'
import { MixMIMTransformer, mixMimEntries } from './mixMimTransformer.js'

const schema = v.strictObject({
  ...mixMimEntries,
  mask_ratio: v.optional(rate, 0.5),
  /** The ratio grows by a random share of this in each step. */
  range_mask_ratio: v.optional(rate, 0),
})

interface MixMIMPretrainTransformerConfig extends ConfigOf<'MixMIMPretrainTransformer', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    MixMIMPretrainTransformer: MixMIMPretrainTransformerConfig
  }
}

/** Patches a side that the last stage sees as one. */
const STRIDE = 8

export interface MixedFeatures {
  /** [batch, patches, dims] of the last stage. */
  readonly latent: tf.Tensor3D
  /** [1, patches, 1]: 1 where a patch came from the other image. */
  readonly mask: tf.Tensor3D
}

/** MixMIM's transformer on pairs of mixed images: the same patches of all images come from the batch's other end (arXiv 2205.13137). */
@MODELS.registerModule()
export class MixMIMPretrainTransformer extends MixMIMTransformer {
  static override readonly schema: v.GenericSchema = schema

  constructor(
    private readonly own: v.InferOutput<typeof schema>,
    @inject(BUILDER) builder: Builder,
  ) {
    super(own, builder)
  }

  /** @param noise [1, patches of the last stage]: those of the smallest values are exchanged; drawn anew in each step where it is left out */
  forwardMixed(inputs: tf.Tensor4D, noise?: tf.Tensor2D): MixedFeatures {
    const [rows, columns] = [this.grid[0] / STRIDE, this.grid[1] / STRIDE]
    const patches = rows * columns
    const ranks = tf.cast(ranksOf(noise ?? (randomUniform([1, patches]) as tf.Tensor2D)), 'float32')
    const mask = tf.reshape(tf.cast(tf.less(ranks, this.exchanged(patches)), 'float32'), [1, rows, columns, 1])
    // Each stage sees the same mask on its own grid.
    const masks = [8, 4, 2, 1].map((times) => {
      const tiled = tf.tile(tf.reshape(mask, [1, rows, 1, columns, 1, 1]), [1, 1, times, 1, times, 1])
      return tf.reshape(tiled, [1, patches * times * times, 1])
    })
    const finest = masks[0] as tf.Tensor
    const tokens = this.embed(inputs)
    const mixed = tf.add(tf.mul(tokens, tf.sub(1, finest)), tf.mul(tf.reverse(tokens, 0), finest)) as tf.Tensor3D
    return { latent: this.encode(mixed, (stage) => masks[Math.min(stage, 3)] as tf.Tensor), mask: masks[3] as tf.Tensor3D }
  }

  protected override adjustInit(): void {
    super.adjustInit()
    for (const [, module] of this.namedModules()) {
      if (module instanceof Linear) {
        module.weight.init = xavier(1, 'uniform')
        if (module.bias !== undefined) module.bias.init = zeros
      } else if (module instanceof LayerNorm) {
        module.weight.init = ones
        module.bias.init = zeros
      }
    }
    this.positions.init = sincosInit(this.grid, this.positions.shape[2] ?? 0, false)
  }

  /** How many patches are exchanged. */
  private exchanged(patches: number): tf.Tensor | number {
    const { mask_ratio: ratio, range_mask_ratio: range } = this.own
    if (range === 0) return Math.trunc(patches * ratio)
    return tf.floor(tf.mul(tf.add(tf.mul(randomUniform([1, 1]), range), ratio), patches))
  }
}
