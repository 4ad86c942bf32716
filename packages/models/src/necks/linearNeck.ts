import { BUILDER, type Builder, type ConfigOf, componentConfig, inject, MODELS, type ModelTypes, TesseraError } from '@tessera/core'
import { buildActivation, buildInitRules, buildNorm, initCfgSchema, Linear, type TensorModule } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { BaseNeck } from './baseNeck.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(1))

const schema = v.strictObject({
  in_channels: count,
  out_channels: count,
  /** Spatial axes to average over first: 2 for feature maps, 0 for vectors. */
  gap_dim: v.optional(v.picklist([0, 1, 2, 3]), 0),
  /** After the layer. Default BN1d; null: none. */
  norm_cfg: v.nullish(componentConfig<ModelTypes>(MODELS)),
  /** After the norm. Default: none. */
  act_cfg: v.nullish(componentConfig<ModelTypes>(MODELS)),
  init_cfg: initCfgSchema,
})

interface LinearNeckConfig extends ConfigOf<'LinearNeck', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    LinearNeck: LinearNeckConfig
  }
}

/** The last feature, averaged over its places, to another width: linear layer, norm, activation. Gives [batch, out_channels]. */
@MODELS.registerModule()
export class LinearNeck extends BaseNeck {
  static readonly schema = schema
  private readonly layers: readonly TensorModule[]

  constructor(
    private readonly options: v.InferOutput<typeof schema>,
    @inject(BUILDER) builder: Builder,
  ) {
    super()
    const { in_channels, out_channels, act_cfg: act } = options
    this.initRules = buildInitRules(options.init_cfg, builder)
    const norm = options.norm_cfg === undefined ? { type: 'BN1d' } : options.norm_cfg
    const layers: TensorModule[] = [this.registerModule('fc', new Linear(in_channels, out_channels))]
    if (norm) layers.push(this.registerModule('norm', buildNorm(builder, norm, out_channels)))
    if (act) layers.push(this.registerModule('act', buildActivation(builder, act)))
    this.layers = layers
  }

  override forward(features: readonly tf.Tensor[]): readonly tf.Tensor[] {
    const { gap_dim: dim } = this.options
    const last = features.at(-1)
    if (last?.rank !== dim + 2) {
      throw new TesseraError('SHAPE_MISMATCH', {
        what: 'this neck takes features with gap_dim spatial axes',
        path: this.path,
        got: last?.shape,
        expected: `[batch, ${dim > 0 ? `${dim} spatial sizes, ` : ''}channels]`,
      })
    }
    const axes = Array.from({ length: dim }, (_, axis) => axis + 1)
    return [this.layers.reduce((x, layer) => layer.call(x), dim === 0 ? last : tf.mean(last, axes))]
  }
}
