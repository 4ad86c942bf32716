import { BUILDER, type Builder, type ConfigOf, componentConfig, inject, MODELS, type ModelTypes } from '@tessera/core'
import { buildActivation, buildNorm, Dropout, Linear, ModuleList, TensorModule } from '@tessera/nn'
import type { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { ClsHead, clsHeadEntries } from './clsHead.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(1))

const schema = v.strictObject({
  ...clsHeadEntries,
  num_classes: count,
  in_channels: count,
  /** Widths of the hidden layers. */
  mid_channels: v.pipe(v.array(count), v.minLength(1)),
  /** After each hidden layer. */
  dropout_rate: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 0),
  /** After each hidden layer. Default: none. */
  norm_cfg: v.nullish(componentConfig<ModelTypes>(MODELS)),
  /** After each hidden layer. Default ReLU; null: none. */
  act_cfg: v.nullish(componentConfig<ModelTypes>(MODELS)),
})

interface StackedLinearClsHeadConfig extends ConfigOf<'StackedLinearClsHead', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    StackedLinearClsHead: StackedLinearClsHeadConfig
  }
}

/** Hidden linear layers, each with norm, activation and dropout, and a last one (MMPreTrain's StackedLinearClsHead). */
@MODELS.registerModule()
export class StackedLinearClsHead extends ClsHead {
  static override readonly schema: v.GenericSchema = schema
  private readonly hidden: readonly LinearBlock[]
  private readonly last: LinearBlock

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super(options, builder)
    const { mid_channels: widths, in_channels, num_classes, dropout_rate: dropRate, norm_cfg: norm } = options
    const act = options.act_cfg === undefined ? { type: 'ReLU' } : options.act_cfg
    this.hidden = widths.map((width, i) => new LinearBlock(widths[i - 1] ?? in_channels, width, builder, { norm, act, dropRate }))
    this.last = new LinearBlock(widths.at(-1) ?? in_channels, num_classes, builder)
    this.registerModule('layers', new ModuleList([...this.hidden, this.last]))
  }

  override preLogits(features: readonly tf.Tensor[]): tf.Tensor {
    return this.hidden.reduce((x, layer) => layer.call(x), super.preLogits(features))
  }

  override forward(features: readonly tf.Tensor[]): tf.Tensor {
    return this.last.call(this.preLogits(features))
  }
}

interface BlockOptions {
  readonly norm?: object | null | undefined
  readonly act?: object | null | undefined
  readonly dropRate?: number
}

class LinearBlock extends TensorModule {
  private readonly layers: readonly TensorModule[]

  constructor(inChannels: number, outChannels: number, builder: Builder, { norm, act, dropRate = 0 }: BlockOptions = {}) {
    super()
    const layers: TensorModule[] = [this.registerModule('fc', new Linear(inChannels, outChannels))]
    if (norm) layers.push(this.registerModule('norm', buildNorm(builder, norm, outChannels)))
    if (act) layers.push(this.registerModule('act', buildActivation(builder, act)))
    if (dropRate > 0) layers.push(this.registerModule('dropout', new Dropout(dropRate)))
    this.layers = layers
  }

  override forward(input: tf.Tensor): tf.Tensor {
    return this.layers.reduce((x, layer) => layer.call(x), input)
  }
}
