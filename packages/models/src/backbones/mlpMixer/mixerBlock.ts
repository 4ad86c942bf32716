import { type Builder, componentConfig, MODELS, type ModelTypes } from '@tessera/core'
import { buildActivation, buildNorm, FFN, Linear, Module, type NormLayer, normal, normName, xavier } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { count, rate } from '../backboneOptions.js'

/** What `layer_cfgs` may say about one block; what it leaves out comes from the backbone. */
export const mixerLayerCfgSchema = v.strictObject({
  tokens_mlp_dims: v.optional(count),
  channels_mlp_dims: v.optional(count),
  drop_rate: v.optional(rate),
  drop_path_rate: v.optional(rate),
  num_fcs: v.optional(count),
  act_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  norm_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
})

export interface MixerBlockOptions {
  readonly num_tokens: number
  readonly embed_dims: number
  readonly tokens_mlp_dims: number
  readonly channels_mlp_dims: number
  readonly drop_rate: number
  readonly drop_path_rate: number
  readonly num_fcs?: number | undefined
  readonly act_cfg: object
  readonly norm_cfg: object
}

/** A feed-forward layer across places, then one across channels (arXiv 2105.01601). */
export class MixerBlock extends Module {
  private readonly norm1: NormLayer
  private readonly tokenMix: FFN
  private readonly norm2: NormLayer
  private readonly channelMix: FFN

  constructor(options: MixerBlockOptions, builder: Builder) {
    super()
    const mixer = (embedDims: number, feedforwardChannels: number) =>
      new FFN({
        embedDims,
        feedforwardChannels,
        activation: () => buildActivation(builder, options.act_cfg),
        numFcs: options.num_fcs ?? 2,
        dropRate: options.drop_rate,
        dropPath: options.drop_path_rate,
      })
    const norm = (postfix: number) => {
      const layer = buildNorm(builder, options.norm_cfg, options.embed_dims)
      return this.registerModule(normName(layer, postfix), layer)
    }
    this.norm1 = norm(1)
    this.tokenMix = this.registerModule('token_mix', mixer(options.num_tokens, options.tokens_mlp_dims))
    this.norm2 = norm(2)
    this.channelMix = this.registerModule('channel_mix', mixer(options.embed_dims, options.channels_mlp_dims))
  }

  /** @param x [batch, places, channels] */
  override forward(x: tf.Tensor): tf.Tensor {
    const places = this.tokenMix.call(tf.transpose(this.norm1.call(x), [0, 2, 1]))
    const mixed = tf.add(x, tf.transpose(places, [0, 2, 1]))
    return this.channelMix.call(this.norm2.call(mixed), mixed)
  }

  protected override adjustInit(): void {
    for (const mix of [this.tokenMix, this.channelMix])
      for (const [, module] of mix.namedModules()) {
        if (!(module instanceof Linear)) continue
        module.weight.init = xavier(1, 'uniform')
        if (module.bias !== undefined) module.bias.init = normal(0, 1e-6)
      }
  }
}
