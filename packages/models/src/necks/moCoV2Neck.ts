import { BUILDER, type Builder, type ConfigOf, inject, MODELS } from '@tessera/core'
import { buildInitRules, initCfgSchema, Linear, ReLU, Sequential } from '@tessera/nn'
import type { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { BaseNeck } from './baseNeck.js'
import { pooledVector } from './pooledVector.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(1))

const schema = v.strictObject({
  in_channels: count,
  /** Width of the hidden layer. */
  hid_channels: count,
  out_channels: count,
  /** Average feature maps over their places first. */
  with_avg_pool: v.optional(v.boolean(), true),
  init_cfg: initCfgSchema,
})

interface MoCoV2NeckConfig extends ConfigOf<'MoCoV2Neck', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    MoCoV2Neck: MoCoV2NeckConfig
  }
}

/** Two linear layers with a ReLU between (Chen et al. 2020, arXiv 2003.04297). */
@MODELS.registerModule()
export class MoCoV2Neck extends BaseNeck {
  static readonly schema = schema
  private readonly mlp: Sequential

  constructor(
    private readonly options: v.InferOutput<typeof schema>,
    @inject(BUILDER) builder: Builder,
  ) {
    super()
    this.initRules = buildInitRules(options.init_cfg, builder)
    const { in_channels, hid_channels, out_channels } = options
    const layers = [new Linear(in_channels, hid_channels), new ReLU(), new Linear(hid_channels, out_channels)]
    this.mlp = this.registerModule('mlp', new Sequential(new Map(layers.map((layer, i) => [String(i), layer]))))
  }

  override forward(features: readonly tf.Tensor[]): readonly tf.Tensor[] {
    return [this.mlp.call(pooledVector(features, this.options.with_avg_pool, this.path))]
  }
}
