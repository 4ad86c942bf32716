import { BUILDER, type Builder, type ConfigOf, componentConfig, inject, MODELS, type ModelTypes } from '@tessera/core'
import { buildInitRules, buildNorm, initCfgSchema, Linear, type TensorModule } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { BaseNeck } from './baseNeck.js'
import { pooledVector } from './pooledVector.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(1))

const schema = v.strictObject({
  in_channels: count,
  /** Width of the layers before the last. */
  hid_channels: count,
  out_channels: count,
  /** Linear layers. */
  num_layers: v.optional(count, 2),
  /** A bias in all but the last. */
  with_bias: v.optional(v.boolean(), false),
  /** A norm behind the last. */
  with_last_bn: v.optional(v.boolean(), true),
  /** That norm learns weight and bias. */
  with_last_bn_affine: v.optional(v.boolean(), true),
  /** A bias in the last. */
  with_last_bias: v.optional(v.boolean(), false),
  /** Average feature maps over their places first. */
  with_avg_pool: v.optional(v.boolean(), true),
  /** Default SyncBN. */
  norm_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  init_cfg: initCfgSchema,
})

interface NonLinearNeckConfig extends ConfigOf<'NonLinearNeck', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    NonLinearNeck: NonLinearNeckConfig
  }
}

const DEFAULT_INIT = [{ type: 'Constant', val: 1, layer: ['_BatchNorm', 'GroupNorm'] }] as const

/** Linear layers with norms and ReLUs between: the projection of SimCLR and its kin (MMPreTrain's NonLinearNeck). Gives [batch, out_channels]. */
@MODELS.registerModule()
export class NonLinearNeck extends BaseNeck {
  static readonly schema = schema
  private readonly layers: readonly TensorModule[][]

  constructor(
    private readonly options: v.InferOutput<typeof schema>,
    @inject(BUILDER) builder: Builder,
  ) {
    super()
    const { in_channels, hid_channels, out_channels, num_layers, norm_cfg: normCfg = { type: 'SyncBN' } } = options
    const initCfg = options.init_cfg === undefined ? [{ ...DEFAULT_INIT[0], layer: [...DEFAULT_INIT[0].layer] }] : options.init_cfg
    this.initRules = buildInitRules(initCfg, builder)
    // The first is a hidden layer even where it is the only one.
    this.layers = Array.from({ length: num_layers }, (_, i) => {
      const isLast = i > 0 && i === num_layers - 1
      const width = isLast ? out_channels : hid_channels
      const bias = isLast ? options.with_last_bias : options.with_bias
      const layers: TensorModule[] = [this.registerModule(`fc${i}`, new Linear(i === 0 ? in_channels : hid_channels, width, { bias }))]
      if (isLast && !options.with_last_bn) return layers
      const norm = isLast ? { ...normCfg, affine: options.with_last_bn_affine } : normCfg
      return [...layers, this.registerModule(`bn${i}`, buildNorm(builder, norm, width))]
    })
  }

  override forward(features: readonly tf.Tensor[]): readonly tf.Tensor[] {
    let x: tf.Tensor = pooledVector(features, this.options.with_avg_pool, this.path)
    for (const [i, layers] of this.layers.entries()) {
      if (i > 0) x = tf.relu(x)
      for (const layer of layers) x = layer.call(x)
    }
    return [x]
  }
}
