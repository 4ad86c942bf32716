import { BUILDER, type Builder, type ConfigOf, inject, MODELS } from '@tessera/core'
import { Linear } from '@tessera/nn'
import type { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { MultiLabelClsHead, multiLabelHeadEntries } from './multiLabelClsHead.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(1))

const schema = v.strictObject({
  ...multiLabelHeadEntries,
  num_classes: count,
  in_channels: count,
})

interface MultiLabelLinearClsHeadConfig extends ConfigOf<'MultiLabelLinearClsHead', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    MultiLabelLinearClsHead: MultiLabelLinearClsHeadConfig
  }
}

const DEFAULT_INIT = { type: 'Normal', layer: 'Linear', std: 0.01 } as const

/** One linear layer, `fc`, for images that have any number of labels. */
@MODELS.registerModule()
export class MultiLabelLinearClsHead extends MultiLabelClsHead {
  static override readonly schema: v.GenericSchema = schema
  private readonly fc: Linear

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super({ ...options, init_cfg: options.init_cfg === undefined ? DEFAULT_INIT : options.init_cfg }, builder)
    this.fc = this.registerModule('fc', new Linear(options.in_channels, options.num_classes))
  }

  override forward(features: readonly tf.Tensor[]): tf.Tensor {
    return this.fc.call(this.preLogits(features))
  }
}
