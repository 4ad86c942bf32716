import { BUILDER, type Builder, type ConfigOf, componentConfig, inject, MODELS, type ModelTypes, TesseraError } from '@tessera/core'
import {
  buildInitRules,
  buildNorm,
  Conv2d,
  initCfgSchema,
  LayerNorm,
  Module,
  ModuleList,
  type NormLayer,
  optionPath,
  PatchEmbed,
  type PatchGrid,
} from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import {
  archName,
  checkFrozenStages,
  checkIndices,
  count,
  dropPathRates,
  frozenStages,
  keepStatistics,
  namedArchitecture,
  noCheckpointing,
  offset,
  rate,
} from './backboneOptions.js'
import { BaseBackbone } from './baseBackbone.js'
import { DaViTBlock, davitBlockCfgSchema } from './davit/davitBlock.js'
import { layerCfg } from './visionTransformer/tokenTransformer.js'

const architectureSchema = v.strictObject({
  /** Width of the first stage; each stage doubles it. */
  embed_dims: count,
  /** Blocks a stage. */
  depths: v.array(count),
  num_heads: v.array(count),
})
type Architecture = v.InferOutput<typeof architectureSchema>

const row = (embed_dims: number, heads: number, depths = [1, 1, 9, 1]): Architecture => ({
  embed_dims,
  depths,
  num_heads: [heads, 2 * heads, 4 * heads, 8 * heads],
})
const [tiny, small, base] = [row(96, 3, [1, 1, 3, 1]), row(96, 3), row(128, 4)]
const [large, huge, giant] = [row(192, 6), row(256, 8), row(384, 12, [1, 1, 12, 3])]
const ARCHITECTURES = {
  t: tiny,
  tiny,
  s: small,
  small,
  b: base,
  base,
  l: large,
  large,
  h: huge,
  huge,
  g: giant,
  giant,
} as const

const ratio = v.pipe(v.number(), v.gtValue(0))
const stageCfgSchema = v.strictObject({
  window_size: v.optional(count),
  ffn_ratio: v.optional(ratio),
  qkv_bias: v.optional(v.boolean()),
  pad_small_map: v.optional(v.boolean()),
  /** For all blocks of the stage, or one object a block. */
  block_cfgs: v.optional(v.union([davitBlockCfgSchema, v.array(davitBlockCfgSchema)])),
})

const schema = v.strictObject({
  /** A name, or the numbers. */
  arch: v.optional(v.union([archName<keyof typeof ARCHITECTURES>(), architectureSchema]), 't'),
  /** Stride of the first convolution, which is 7×7. */
  patch_size: v.optional(count, 4),
  in_channels: v.optional(count, 3),
  window_size: v.optional(count, 7),
  /** How much wider feed-forward layers are inside. */
  ffn_ratio: v.optional(ratio, 4),
  qkv_bias: v.optional(v.boolean(), true),
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate: v.optional(rate, 0.1),
  /** Only false is offered: MMPreTrain's norms do not fit the outputs otherwise. */
  out_after_downsample: v.optional(v.literal(false), false),
  /** Pad maps that are smaller than a window. */
  pad_small_map: v.optional(v.boolean(), false),
  /** Of the norms behind the stages; null: none. */
  norm_cfg: v.nullish(componentConfig<ModelTypes>(MODELS)),
  /** For all stages, or one object a stage. */
  stage_cfgs: v.optional(v.union([stageCfgSchema, v.array(stageCfgSchema)]), {}),
  /** Freeze the patch embedding, the first stage (0) and so many more; −1: nothing. */
  frozen_stages: v.optional(frozenStages, -1),
  /** Batch norms keep to their running statistics in training, too. */
  norm_eval: v.optional(v.boolean(), false),
  /** Stages whose output is returned, from 0. */
  out_indices: v.optional(v.array(offset), [3]),
  with_cp: noCheckpointing,
  init_cfg: initCfgSchema,
})
type Options = v.InferOutput<typeof schema>

interface DaViTConfig extends ConfigOf<'DaViT', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    DaViT: DaViTConfig
  }
}

/** Half the size, twice the width: a norm and a 2×2 convolution. */
class DownSample extends Module {
  private readonly projection: Conv2d
  private readonly norm: LayerNorm

  constructor(dims: number) {
    super()
    this.projection = this.registerModule('projection', new Conv2d(dims, 2 * dims, 2, { stride: 2 }))
    this.norm = this.registerModule('norm', new LayerNorm({}, dims))
  }

  override forward(tokens: tf.Tensor, [rows, columns]: PatchGrid): { tokens: tf.Tensor; grid: PatchGrid } {
    const [batch = 0, , dims = 0] = tokens.shape
    const map = this.projection.call(tf.reshape(this.norm.call(tokens), [batch, rows, columns, dims]))
    const grid: PatchGrid = [map.shape[1] ?? 0, map.shape[2] ?? 0]
    return { tokens: tf.reshape(map, [batch, grid[0] * grid[1], 2 * dims]), grid }
  }
}

class Stage extends Module {
  readonly downsample: DownSample | undefined
  private readonly blocks: ModuleList<DaViTBlock>

  constructor(blocks: readonly DaViTBlock[], downsample: DownSample | undefined) {
    super()
    this.blocks = this.registerModule('blocks', new ModuleList(blocks))
    if (downsample !== undefined) this.downsample = this.registerModule('downsample', downsample)
  }

  override forward(tokens: tf.Tensor, grid: PatchGrid): tf.Tensor {
    return [...this.blocks].reduce((x, block) => block.call(x, grid), tokens)
  }
}

/** A pyramid of blocks with attention among places and among channels (Ding et al. 2022, arXiv 2204.03645). */
@MODELS.registerModule()
export class DaViT extends BaseBackbone {
  static readonly schema = schema
  private readonly patchEmbed: PatchEmbed
  private readonly stages: ModuleList<Stage>
  private readonly norms = new Map<number, NormLayer>()

  constructor(
    private readonly options: Options,
    @inject(BUILDER) builder: Builder,
  ) {
    super()
    const table = new Map<string, Architecture>(Object.entries(ARCHITECTURES))
    const arch = namedArchitecture('DaViT', table, options.arch, optionPath(options, 'arch'))
    const { embed_dims: first, depths } = arch
    checkIndices(options, depths.length)
    checkStageCfgs(options, depths.length)
    this.initRules = buildInitRules(options.init_cfg, builder)
    const patch = { inChannels: options.in_channels, embedDims: first, kernelSize: 7, stride: options.patch_size, padding: 'same' as const }
    const norm = buildNorm(builder, { type: 'LN' }, first)
    this.patchEmbed = this.registerModule('patch_embed', new PatchEmbed({ ...patch, inputSize: [224, 224], norm }))
    const dropPaths = dropPathRates(options.drop_path_rate, depths)
    const stages = depths.map((depth, stage) => {
      const { block_cfgs: own, ...cfg } = layerCfg(options.stage_cfgs, stage)
      const dims = first * 2 ** stage
      const blocks = dropPaths.splice(0, depth).map((drop_path, index) => {
        const shared = {
          embed_dims: dims,
          num_heads: arch.num_heads[stage] ?? 1,
          window_size: options.window_size,
          ffn_ratio: options.ffn_ratio,
          qkv_bias: options.qkv_bias,
          pad_small_map: options.pad_small_map,
          drop_path,
        }
        return new DaViTBlock(Object.assign(shared, cfg, layerCfg(own ?? {}, index)), builder)
      })
      return new Stage(blocks, stage < depths.length - 1 ? new DownSample(dims) : undefined)
    })
    this.stages = this.registerModule('stages', new ModuleList(stages))
    if (options.norm_cfg !== null)
      for (const index of options.out_indices)
        this.norms.set(
          index,
          this.registerModule(`norm${index}`, buildNorm(builder, options.norm_cfg ?? { type: 'LN' }, first * 2 ** index)),
        )
    if (options.norm_eval) keepStatistics(this)
    if (options.frozen_stages >= 0) this.freezeStages(options.frozen_stages)
  }

  override forward(inputs: tf.Tensor4D): readonly tf.Tensor[] {
    const wanted = this.options.out_indices
    const outputs: tf.Tensor[] = []
    let { tokens, grid }: { tokens: tf.Tensor; grid: PatchGrid } = this.patchEmbed.call(inputs)
    const stages = [...this.stages].slice(0, Math.max(...wanted) + 1)
    for (const [index, stage] of stages.entries()) {
      tokens = stage.call(tokens, grid)
      if (wanted.includes(index)) {
        const normed = this.norms.get(index)?.call(tokens) ?? tokens
        outputs.push(tf.reshape(normed, [normed.shape[0] ?? 0, ...grid, normed.shape[2] ?? 0]))
      }
      if (stage.downsample !== undefined && index < stages.length - 1) ({ tokens, grid } = stage.downsample.call(tokens, grid))
    }
    return outputs
  }

  private freezeStages(last: number): void {
    for (const module of [this.patchEmbed, ...[...this.stages].slice(0, last + 1)]) module.freeze()
    for (const [index, norm] of this.norms) if (index <= last) for (const parameter of norm.parameters()) parameter.requiresGrad = false
  }
}

function checkStageCfgs(options: Options, stages: number): void {
  checkFrozenStages(options.frozen_stages, stages - 1, optionPath(options, 'frozen_stages'))
  if (!Array.isArray(options.stage_cfgs) || options.stage_cfgs.length === stages) return
  throw new TesseraError('INVALID_OPTIONS', {
    what: 'a list of stage_cfgs has one entry for each stage',
    path: optionPath(options, 'stage_cfgs'),
    got: options.stage_cfgs.length,
    expected: String(stages),
  })
}
