import { BUILDER, type Builder, type ConfigOf, type HasLayerDepth, inject, type LayerDepth, MODELS, TesseraError } from '@tessera/core'
import {
  buildInitRules,
  buildNorm,
  Dropout,
  ModuleList,
  type NormLayer,
  optionPath,
  Parameter,
  PatchEmbed,
  type PatchGrid,
  truncNormal,
} from '@tessera/nn'
import { tf } from '@tessera/runtime'
import type * as v from 'valibot'
import { checkFrozenStages, dropPathRates, keepStatistics, namedArchitecture } from './backboneOptions.js'
import { BaseBackbone } from './baseBackbone.js'
import { SWIN_ARCHITECTURES, type SwinArchitecture, type SwinOptions, swinSchema as schema } from './swin/options.js'
import { swinLayerDepth } from './swin/swinLayerDepth.js'
import { SwinStage } from './swin/swinStage.js'
import { patchEmbedOptions } from './visionTransformer/options.js'
import { adaptPositions, resizePositions } from './visionTransformer/positionEmbedding.js'

interface SwinTransformerConfig extends ConfigOf<'SwinTransformer', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    SwinTransformer: SwinTransformerConfig
  }
}

/** Transformer of shifted windows (Liu et al. 2021, arXiv 2103.14030), with MMPreTrain's options, parameter names and numbers. */
@MODELS.registerModule()
export class SwinTransformer extends BaseBackbone implements HasLayerDepth {
  static readonly schema: v.GenericSchema = schema
  protected readonly arch: SwinArchitecture
  private readonly positions: Parameter | undefined
  protected readonly patchEmbed: PatchEmbed
  private readonly dropAfterPos: Dropout
  private readonly stages: ModuleList<SwinStage>
  private readonly norms = new Map<number, NormLayer | undefined>()

  constructor(
    private readonly options: SwinOptions,
    @inject(BUILDER) builder: Builder,
  ) {
    super()
    const table = new Map<string, SwinArchitecture>(Object.entries(SWIN_ARCHITECTURES))
    this.arch = namedArchitecture('SwinTransformer', table, options.arch, optionPath(options, 'arch'))
    checkStages(options, this.arch)
    this.initRules = buildInitRules(options.init_cfg, builder)
    const { embed_dims: dims } = this.arch
    this.patchEmbed = new PatchEmbed({ ...patchEmbedOptions(options, dims), norm: buildNorm(builder, { type: 'LN' }, dims) })
    if (options.use_abs_pos_embed) {
      const [rows, columns] = this.patchEmbed.initOutSize
      this.positions = this.registerParameter('absolute_pos_embed', new Parameter([1, rows * columns, dims]))
      this.positions.adapt = (value) => adaptPositions(value, 0, [rows, columns], options.interpolate_mode)
    }
    this.registerModule('patch_embed', this.patchEmbed)
    this.dropAfterPos = this.registerModule('drop_after_pos', new Dropout(options.drop_rate))
    this.stages = this.registerModule('stages', new ModuleList(makeStages(options, this.arch, builder)))
    this.addNorms(builder)
    if (options.norm_eval) keepStatistics(this)
    if (options.frozen_stages >= 0) this.freezeStages(options.frozen_stages)
  }

  override forward(inputs: tf.Tensor4D): readonly tf.Tensor[] {
    const { tokens, grid } = this.patchEmbed.call(inputs)
    return this.encode(tokens, grid)
  }

  /** Embedded patches [batch, rows · columns, channels] through the stages. */
  protected encode(tokens: tf.Tensor3D, patches: PatchGrid): readonly tf.Tensor[] {
    let grid = patches
    let x: tf.Tensor = this.dropAfterPos.call(this.addPositions(tokens, grid))
    const outputs: tf.Tensor[] = []
    const { out_indices: wanted, out_after_downsample: after } = this.options
    const deepest = Math.max(...wanted)
    let index = 0
    for (const stage of this.stages) {
      x = stage.call(x, grid)
      if (wanted.includes(index) && !after) outputs.push(this.mapOf(x, grid, index))
      if (stage.downsample !== undefined && (after || index < deepest)) ({ tokens: x, grid } = stage.downsample.call(x, grid))
      if (wanted.includes(index) && after) outputs.push(this.mapOf(x, grid, index))
      if (index++ === deepest) break
    }
    return outputs
  }

  getLayerDepth(paramName: string, prefix = ''): LayerDepth {
    return swinLayerDepth(paramName, prefix, this.arch.depths, this.options.layer_depth)
  }

  /** MMPreTrain's first version had one norm, `norm`, behind the last stage. */
  override namesElsewhere(): ReadonlyMap<string, string> {
    const last = this.arch.depths.length - 1
    return new Map(['weight', 'bias'].map((name) => [`norm${last}.${name}`, `norm.${name}`]))
  }

  protected override adjustInit(): void {
    if (this.positions !== undefined) this.positions.init = truncNormal(0, 0.02)
  }

  private addPositions(tokens: tf.Tensor3D, grid: PatchGrid): tf.Tensor3D {
    if (this.positions === undefined) return tokens
    const positions = this.positions.variable as tf.Tensor as tf.Tensor3D
    return tf.add(tokens, resizePositions(positions, 0, this.patchEmbed.initOutSize, grid, this.options.interpolate_mode))
  }

  /** Tokens [batch, rows · columns, channels] → the normed feature map. */
  private mapOf(x: tf.Tensor, [rows, columns]: PatchGrid, index: number): tf.Tensor {
    const [batch = 0, , channels = 0] = x.shape
    const norm = this.norms.get(index)
    return tf.reshape(norm === undefined ? x : norm.call(x), [batch, rows, columns, channels])
  }

  private addNorms(builder: Builder): void {
    const { norm_cfg: normCfg = { type: 'LN' }, out_after_downsample: after } = this.options
    for (const index of this.options.out_indices) {
      const stages = [...this.stages]
      const features = (after ? stages[index]?.outChannels : stages[index]?.embedDims) ?? 0
      if (normCfg !== null) this.norms.set(index, this.registerModule(`norm${index}`, buildNorm(builder, normCfg, features)))
    }
  }

  /** Stages from 0, unlike other backbones: 0 freezes the first. */
  private freezeStages(last: number): void {
    for (const module of [this.patchEmbed, ...[...this.stages].slice(0, last + 1)]) module.freeze()
    for (const [index, norm] of this.norms)
      if (index <= last) for (const parameter of norm?.parameters() ?? []) parameter.requiresGrad = false
  }
}

/** What the schema cannot say: options that depend on one another. */
function checkStages(options: SwinOptions, arch: SwinArchitecture): void {
  const stages = arch.depths.length
  const wrong = (key: string, what: string, got: unknown, expected: string) =>
    new TesseraError('INVALID_OPTIONS', { what, path: optionPath(options, key), got, expected })
  if (arch.num_heads.length !== stages) throw wrong('arch', 'depths and num_heads have one number for each stage', arch, 'as many of both')
  if (Array.isArray(options.stage_cfgs) && options.stage_cfgs.length !== stages)
    throw wrong('stage_cfgs', 'a list of stage_cfgs has one entry for each stage', options.stage_cfgs.length, String(stages))
  const beyond = options.out_indices.find((index) => index >= stages)
  if (beyond !== undefined) throw wrong('out_indices', 'the backbone has no such stage', beyond, `0 to ${stages - 1}`)
  checkFrozenStages(options.frozen_stages, stages - 1, optionPath(options, 'frozen_stages'))
}

function makeStages(options: SwinOptions, arch: SwinArchitecture, builder: Builder): SwinStage[] {
  const dropPaths = dropPathRates(options.drop_path_rate, arch.depths)
  let embedDims = arch.embed_dims
  return arch.depths.map((depth, index) => {
    const own = (Array.isArray(options.stage_cfgs) ? options.stage_cfgs[index] : options.stage_cfgs) ?? {}
    const stage = new SwinStage(
      {
        embedDims,
        depth,
        numHeads: arch.num_heads[index] ?? 1,
        windowSize: options.window_size,
        dropPaths: dropPaths.splice(0, depth),
        downsample: index < arch.depths.length - 1,
        padSmallMap: options.pad_small_map,
        own,
      },
      builder,
    )
    embedDims = stage.outChannels
    return stage
  })
}
