import { BUILDER, type Builder, type ConfigOf, componentConfig, inject, MODELS, type ModelTypes } from '@tessera/core'
import { buildActivation, buildNorm, Dropout, Linear, type TensorModule } from '@tessera/nn'
import type { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { ClsHead, clsHeadEntries } from './clsHead.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(1))

const schema = v.strictObject({
  ...clsHeadEntries,
  num_classes: count,
  in_channels: count,
  /** Width of the hidden layer. */
  hidden_dim: v.optional(count, 1024),
  /** After the hidden layer. Default GELU. */
  act_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  /** Before the last layer. */
  dropout: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 0),
})

interface VigClsHeadConfig extends ConfigOf<'VigClsHead', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    VigClsHead: VigClsHeadConfig
  }
}

/** A hidden layer with batch norm, and a last one: Vision GNN's head (Han et al. 2022, arXiv 2206.00272). */
@MODELS.registerModule()
export class VigClsHead extends ClsHead {
  static override readonly schema: v.GenericSchema = schema
  private readonly hidden: readonly TensorModule[]
  private readonly fc2: Linear

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super(options, builder)
    const { in_channels: inChannels, num_classes: classes, hidden_dim: width, act_cfg: act = { type: 'GELU' } } = options
    this.hidden = [
      this.registerModule('fc1', new Linear(inChannels, width)),
      this.registerModule('bn', buildNorm(builder, { type: 'BN1d' }, width)),
      this.registerModule('act', buildActivation(builder, act)),
      this.registerModule('drop', new Dropout(options.dropout)),
    ]
    this.fc2 = this.registerModule('fc2', new Linear(width, classes))
  }

  override preLogits(features: readonly tf.Tensor[]): tf.Tensor {
    return this.hidden.reduce((x, layer) => layer.call(x), super.preLogits(features))
  }

  override forward(features: readonly tf.Tensor[]): tf.Tensor {
    return this.fc2.call(this.preLogits(features))
  }
}
