import { BUILDER, type Builder, type ConfigOf, inject, MODELS, TesseraError } from '@tessera/core'
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
import { checkIndices, dropPathRates, keepStatistics, namedArchitecture } from './backboneOptions.js'
import { BaseBackbone } from './baseBackbone.js'
import { SWIN_V2_ARCHITECTURES, type SwinV2Architecture, type SwinV2Options, swinV2Schema as schema } from './swinV2/options.js'
import { SwinStageV2 } from './swinV2/swinStageV2.js'
import { patchEmbedOptions } from './visionTransformer/options.js'
import { adaptPositions, resizePositions } from './visionTransformer/positionEmbedding.js'
import { layerCfg } from './visionTransformer/tokenTransformer.js'

interface SwinTransformerV2Config extends ConfigOf<'SwinTransformerV2', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    SwinTransformerV2: SwinTransformerV2Config
  }
}

/** Swin with cosine attention, norms behind, and biases by a network, for large models and images (arXiv 2111.09883). */
@MODELS.registerModule()
export class SwinTransformerV2 extends BaseBackbone {
  static readonly schema = schema
  private readonly positions: Parameter | undefined
  private readonly patchEmbed: PatchEmbed
  private readonly dropAfterPos: Dropout
  private readonly stages: ModuleList<SwinStageV2>
  private readonly norms = new Map<number, NormLayer>()

  constructor(
    private readonly options: SwinV2Options,
    @inject(BUILDER) builder: Builder,
  ) {
    super()
    const table = new Map<string, SwinV2Architecture>(Object.entries(SWIN_V2_ARCHITECTURES))
    const arch = namedArchitecture('SwinTransformerV2', table, options.arch, optionPath(options, 'arch'))
    checkIndices(options, arch.depths.length)
    checkLengths(options, arch.depths.length)
    this.initRules = buildInitRules(options.init_cfg, builder)
    const { embed_dims: dims } = arch
    this.patchEmbed = new PatchEmbed({ ...patchEmbedOptions(options, dims), norm: buildNorm(builder, { type: 'LN' }, dims) })
    if (options.use_abs_pos_embed) {
      const [rows, columns] = this.patchEmbed.initOutSize
      const parameter = new Parameter([1, rows * columns, dims], { init: truncNormal(0, 0.02) })
      this.positions = this.registerParameter('absolute_pos_embed', parameter)
      this.positions.adapt = (value) => adaptPositions(value, 0, [rows, columns], options.interpolate_mode)
    }
    this.registerModule('patch_embed', this.patchEmbed)
    this.dropAfterPos = this.registerModule('drop_after_pos', new Dropout(options.drop_rate))
    const stages = makeStages(options, arch, builder)
    this.stages = this.registerModule('stages', new ModuleList(stages))
    const { norm_cfg: normCfg = { type: 'LN' } } = options
    for (const index of options.out_indices) {
      if (normCfg === null) break
      this.norms.set(index, this.registerModule(`norm${index}`, buildNorm(builder, normCfg, stages[index]?.outChannels ?? 0)))
    }
    if (options.norm_eval) keepStatistics(this)
    if (options.frozen_stages >= 0) this.freezeStages(options.frozen_stages)
  }

  override forward(inputs: tf.Tensor4D): readonly tf.Tensor[] {
    const embedded = this.patchEmbed.call(inputs)
    let x: tf.Tensor = this.dropAfterPos.call(this.addPositions(embedded.tokens, embedded.grid))
    let { grid }: { grid: PatchGrid } = embedded
    const outputs: tf.Tensor[] = []
    const { out_indices: wanted } = this.options
    for (const [index, stage] of [...this.stages].slice(0, Math.max(...wanted) + 1).entries()) {
      ;({ tokens: x, grid } = stage.call(x, grid))
      if (!wanted.includes(index)) continue
      const norm = this.norms.get(index)
      outputs.push(tf.reshape(norm === undefined ? x : norm.call(x), [inputs.shape[0], grid[0], grid[1], stage.outChannels]))
    }
    return outputs
  }

  private addPositions(tokens: tf.Tensor3D, grid: PatchGrid): tf.Tensor3D {
    if (this.positions === undefined) return tokens
    const positions = this.positions.variable as tf.Tensor as tf.Tensor3D
    return tf.add(tokens, resizePositions(positions, 0, this.patchEmbed.initOutSize, grid, this.options.interpolate_mode))
  }

  /** Stages from 0, unlike other backbones: 0 freezes the first. */
  private freezeStages(last: number): void {
    for (const module of [this.patchEmbed, ...[...this.stages].slice(0, last + 1)]) module.freeze()
    for (const [index, norm] of this.norms) if (index <= last) for (const parameter of norm.parameters()) parameter.requiresGrad = false
  }
}

function checkLengths(options: SwinV2Options, stages: number): void {
  for (const key of ['window_size', 'pretrained_window_sizes', 'stage_cfgs'] as const) {
    const value = options[key]
    if (!Array.isArray(value) || value.length >= stages) continue
    throw new TesseraError('INVALID_OPTIONS', {
      what: `${key} has one entry for each stage`,
      path: optionPath(options, key),
      got: value.length,
      expected: `${stages}`,
    })
  }
}

function makeStages(options: SwinV2Options, arch: SwinV2Architecture, builder: Builder): SwinStageV2[] {
  const dropPaths = dropPathRates(options.drop_path_rate, arch.depths)
  let embedDims = arch.embed_dims
  return arch.depths.map((depth, index) => {
    const { window_size: windows } = options
    const shared = {
      embedDims,
      depth,
      numHeads: arch.num_heads[index] ?? 1,
      windowSize: (typeof windows === 'number' ? windows : windows[index]) ?? 8,
      dropPaths: dropPaths.splice(0, depth),
      downsample: index > 0,
      padSmallMap: options.pad_small_map,
      extraNormEvery: arch.extra_norm_every_n_blocks,
      pretrainedWindowSize: options.pretrained_window_sizes[index] ?? 0,
    }
    const stage = new SwinStageV2({ ...shared, own: layerCfg(options.stage_cfgs, index) }, builder)
    embedDims = stage.outChannels
    return stage
  })
}
