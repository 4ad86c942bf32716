import { BUILDER, type Builder, type ConfigOf, componentConfig, inject, MODELS, type ModelTypes } from '@tessera/core'
import { type Activation, buildActivation, Linear, Sequential, type TensorModule, truncNormal, zeros } from '@tessera/nn'
import type { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { ClsHead, clsHeadEntries } from './clsHead.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(1))

export const visionTransformerClsHeadSchema = v.strictObject({
  ...clsHeadEntries,
  num_classes: count,
  in_channels: count,
  /** Width of a hidden layer before the last, none by default. */
  hidden_dim: v.nullish(count),
  /** After the hidden layer. Default tanh. */
  act_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
})

interface VisionTransformerClsHeadConfig extends ConfigOf<'VisionTransformerClsHead', typeof visionTransformerClsHeadSchema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    VisionTransformerClsHead: VisionTransformerClsHeadConfig
  }
}

const DEFAULT_INIT = { type: 'Constant', layer: 'Linear', val: 0 } as const

/**
 * ViT's head: `layers.head`, by choice after `layers.pre_logits` and tanh (Dosovitskiy et al. 2020, arXiv 2010.11929).
 * The last layer starts at zero.
 */
@MODELS.registerModule()
export class VisionTransformerClsHead extends ClsHead {
  static override readonly schema: v.GenericSchema = visionTransformerClsHeadSchema
  private readonly hidden: { readonly linear: Linear; readonly act: Activation } | undefined
  private readonly head: Linear
  protected readonly layers: Sequential

  constructor(options: v.InferOutput<typeof visionTransformerClsHeadSchema>, @inject(BUILDER) builder: Builder) {
    super({ ...options, init_cfg: options.init_cfg === undefined ? DEFAULT_INIT : options.init_cfg }, builder)
    const { in_channels: inChannels, num_classes: numClasses, hidden_dim: hiddenDim } = options
    const layers = new Map<string, TensorModule>()
    if (hiddenDim !== null && hiddenDim !== undefined) {
      this.hidden = { linear: new Linear(inChannels, hiddenDim), act: buildActivation(builder, options.act_cfg ?? { type: 'Tanh' }) }
      layers.set('pre_logits', this.hidden.linear).set('act', this.hidden.act)
    }
    this.head = new Linear(hiddenDim ?? inChannels, numClasses)
    this.layers = this.registerModule('layers', new Sequential(layers.set('head', this.head)))
  }

  override preLogits(features: readonly tf.Tensor[]): tf.Tensor {
    const feature = super.preLogits(features)
    return this.hidden === undefined ? feature : this.hidden.act.call(this.hidden.linear.call(feature))
  }

  override forward(features: readonly tf.Tensor[]): tf.Tensor {
    return this.head.call(this.preLogits(features))
  }

  protected override adjustInit(): void {
    if (this.hidden === undefined) return
    const { weight, bias, inFeatures } = this.hidden.linear
    weight.init = truncNormal(0, Math.sqrt(1 / inFeatures))
    if (bias !== undefined) bias.init = zeros
  }
}
