import { BUILDER, type Builder, type ConfigOf, inject, MODELS } from '@tessera/core'
import { buildInitRules, Conv2d, initCfgSchema, ModuleList, optionPath, Sequential, type TensorModule } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import {
  archName,
  checkFrozenStages,
  count,
  dropPathRates,
  frozenStages,
  indices,
  namedArchitecture,
  noCheckpointing,
  rate,
  resolveIndices,
} from './backboneOptions.js'
import { BaseBackbone } from './baseBackbone.js'
import { HorNetBlock, type ReachConfig } from './hornet/horNetBlock.js'
import { PlainLayerNorm } from './hornet/plainLayerNorm.js'

const reachSchema = v.variant('type', [
  v.strictObject({ type: v.literal('DW'), kernel_size: v.optional(count) }),
  v.strictObject({ type: v.literal('GF'), h: v.optional(count), w: v.optional(count) }),
])
const architectureSchema = v.strictObject({
  /** Width of the first stage; each stage doubles it. */
  base_dim: count,
  /** Blocks a stage. */
  depths: v.pipe(v.array(count), v.length(4)),
  /** Orders of interaction in each stage. */
  orders: v.pipe(v.array(count), v.length(4)),
  /** A depthwise convolution (DW), or a learnt filter of the spectrum with it (GF), in each stage. */
  dw_cfg: v.pipe(v.array(reachSchema), v.length(4)),
})
type Architecture = v.InferOutput<typeof architectureSchema>

const near: ReachConfig = { type: 'DW', kernel_size: 7 }
const far = (h: number, w: number): ReachConfig => ({ type: 'GF', h, w })
const row = (base_dim: number, dw_cfg: ReachConfig[] = [near, near, near, near]): Architecture => ({
  base_dim,
  depths: [2, 3, 18, 2],
  orders: [2, 3, 4, 5],
  dw_cfg,
})
const at224 = [near, near, far(14, 8), far(7, 4)]
const at384 = [near, near, far(24, 12), far(13, 7)]

const ARCHITECTURES = {
  t: row(64),
  tiny: row(64),
  't-gf': row(64, at224),
  'tiny-gf': row(64, at224),
  s: row(96),
  small: row(96),
  's-gf': row(96, at224),
  'small-gf': row(96, at224),
  b: row(128),
  base: row(128),
  'b-gf': row(128, at224),
  'base-gf': row(128, at224),
  'b-gf384': row(128, at384),
  'base-gf384': row(128, at384),
  l: row(192),
  large: row(192),
  'l-gf': row(192, at224),
  'large-gf': row(192, at224),
  'l-gf384': row(192, at384),
  'large-gf384': row(192, at384),
} as const

const schema = v.strictObject({
  /** A name, or the numbers. */
  arch: v.optional(v.union([archName<keyof typeof ARCHITECTURES>(), architectureSchema]), 'tiny'),
  in_channels: v.optional(count, 3),
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate: v.optional(rate, 0),
  /** Factor of the gates. */
  scale: v.optional(v.number(), 1 / 3),
  /** Layer scale that starts at 1e-5. */
  use_layer_scale: v.optional(v.boolean(), true),
  /** Stages whose output is returned; negative counts from the end. */
  out_indices: v.optional(indices, [3]),
  /** Freeze the first stage (0) and so many more, with what leads to them; −1: nothing. */
  frozen_stages: v.optional(frozenStages, -1),
  with_cp: noCheckpointing,
  /** Outputs are the normed means [batch, channels]; else normed maps. */
  gap_before_final_norm: v.optional(v.boolean(), true),
  init_cfg: initCfgSchema,
})

interface HorNetConfig extends ConfigOf<'HorNet', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    HorNet: HorNetConfig
  }
}

/** A ConvNet with high-order interactions between places by recursive gated convolutions (Rao et al. 2022, arXiv 2207.14284). */
@MODELS.registerModule()
export class HorNet extends BaseBackbone {
  static readonly schema = schema
  private readonly downsampleLayers: ModuleList<Sequential>
  private readonly stages: ModuleList<Sequential>
  private readonly norms = new Map<number, PlainLayerNorm>()

  constructor(
    private readonly options: v.InferOutput<typeof schema>,
    @inject(BUILDER) builder: Builder,
  ) {
    super()
    const table = new Map<string, Architecture>(Object.entries(ARCHITECTURES))
    const arch = namedArchitecture('HorNet', table, options.arch, optionPath(options, 'arch'))
    const wanted = resolveIndices(options.out_indices, 4, optionPath(options, 'out_indices'))
    checkFrozenStages(options.frozen_stages, 3, optionPath(options, 'frozen_stages'))
    this.initRules = buildInitRules(options.init_cfg, builder)
    const dims = arch.depths.map((_, stage) => arch.base_dim * 2 ** stage)
    const downsample = dims.map((width, stage) => {
      const layers: TensorModule[] =
        stage === 0
          ? [new Conv2d(options.in_channels, width, 4, { stride: 4 }), new PlainLayerNorm(width)]
          : [new PlainLayerNorm(width / 2), new Conv2d(width / 2, width, 2, { stride: 2 })]
      return new Sequential(layers)
    })
    this.downsampleLayers = this.registerModule('downsample_layers', new ModuleList(downsample))
    const dropPaths = dropPathRates(options.drop_path_rate, arch.depths)
    const stages = arch.depths.map((depth, stage) => {
      const block = {
        channels: dims[stage] ?? 0,
        order: arch.orders[stage] ?? 2,
        reach: arch.dw_cfg[stage] ?? near,
        scale: options.scale,
        layerScale: options.use_layer_scale,
      }
      return new Sequential(dropPaths.splice(0, depth).map((dropPath) => new HorNetBlock({ ...block, dropPath })))
    })
    this.stages = this.registerModule('stages', new ModuleList(stages))
    for (const index of wanted) this.norms.set(index, this.registerModule(`norm${index}`, new PlainLayerNorm(dims[index] ?? 0)))
    for (let index = 0; index <= options.frozen_stages; index++)
      for (const module of [downsample[index], stages[index], this.norms.get(index)]) module?.freeze()
  }

  override forward(inputs: tf.Tensor4D): readonly tf.Tensor[] {
    const outputs: tf.Tensor[] = []
    const stages = [...this.stages]
    let x: tf.Tensor = inputs
    for (const [index, downsample] of [...this.downsampleLayers].slice(0, Math.max(...this.norms.keys()) + 1).entries()) {
      x = downsample.call(x)
      x = stages[index]?.call(x) ?? x
      const norm = this.norms.get(index)
      if (norm !== undefined) outputs.push(norm.call(this.options.gap_before_final_norm ? tf.mean(x, [1, 2]) : x))
    }
    return outputs
  }
}
