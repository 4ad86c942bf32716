import { type Builder, type HasLayerDepth, type LayerDepth, TesseraError } from '@tessera/core'
import {
  buildInitRules,
  buildNorm,
  Dropout,
  type Module,
  ModuleList,
  type NormLayer,
  optionPath,
  Parameter,
  PatchEmbed,
  type PatchGrid,
  truncNormal,
} from '@tessera/nn'
import { tf } from '@tessera/runtime'
import { checkFrozenStages, resolveIndices } from '../backboneOptions.js'
import { BaseBackbone } from '../baseBackbone.js'
import type { Architecture } from './architectures.js'
import { vitLayerDepth } from './layerDepth.js'
import { patchEmbedOptions, type TokenOptions } from './options.js'
import { adaptPositions, resizePositions } from './positionEmbedding.js'
import type { TokenContext } from './tokenContext.js'

/** One block of a transformer. */
export interface TokenBlock extends Module {
  forward(x: tf.Tensor3D, context: TokenContext): tf.Tensor3D
}

/** What tells one vision transformer from another. */
export interface TokenPlan {
  readonly arch: Architecture
  /** Names of the learnt tokens in front of the patches, in their order. */
  readonly tokens: readonly string[]
  /** What has a position: patches and tokens, patches alone, nothing. */
  readonly positions: 'all' | 'patches' | 'none'
  readonly preNorm?: boolean
  /** A norm (`ln2`) of the mean of the patches. Default true. */
  readonly meanNorm?: boolean
  readonly normCfg: object
  readonly patchBias?: boolean
  /** Makes a module `rel_pos_bias` that gives the bias that all blocks share. */
  relativeBias?(grid: PatchGrid): RelativeBias
  makeBlocks(grid: PatchGrid): readonly TokenBlock[]
}

export interface RelativeBias extends Module {
  forward(): tf.Tensor
}

/**
 * Patches and learnt tokens through blocks of a transformer, under MMPreTrain's names. Blocks after the last of `out_indices` are not run,
 * and where only the learnt tokens are asked for, the last block need not compute the others.
 */
export abstract class TokenTransformer extends BaseBackbone implements HasLayerDepth {
  private readonly outIndices: readonly number[]
  protected readonly tokens: readonly Parameter[]
  protected readonly posEmbed: Parameter | undefined
  protected readonly patchEmbed: PatchEmbed
  private readonly dropAfterPos: Dropout
  private readonly relativeBias: RelativeBias | undefined
  protected readonly layers: ModuleList<TokenBlock>
  private readonly preNorm: NormLayer | undefined
  private readonly ln1: NormLayer | undefined
  private readonly ln2: NormLayer | undefined

  constructor(
    private readonly tokenOptions: TokenOptions,
    private readonly plan: TokenPlan,
    builder: Builder,
  ) {
    super()
    const { embed_dims: dims, num_layers: depth } = plan.arch
    checkTokenOptions(tokenOptions, depth)
    this.outIndices = resolveIndices(tokenOptions.out_indices, depth, optionPath(tokenOptions, 'out_indices'))
    this.initRules = buildInitRules(tokenOptions.init_cfg, builder)
    this.patchEmbed = new PatchEmbed({
      ...patchEmbedOptions(tokenOptions, dims),
      bias: tokenOptions.patch_cfg.bias ?? plan.patchBias ?? true,
    })
    const grid = this.patchEmbed.initOutSize
    // PyTorch's order: the class token, the positions, tokens that a subclass added.
    const make = (name: string) => this.registerParameter(name, new Parameter([1, 1, dims]))
    const [first, ...others] = plan.tokens
    const classToken = first === undefined ? [] : [make(first)]
    this.posEmbed = this.addPosEmbed(grid)
    this.tokens = [...classToken, ...others.map(make)]
    this.registerModule('patch_embed', this.patchEmbed)
    this.dropAfterPos = this.registerModule('drop_after_pos', new Dropout(tokenOptions.drop_rate))
    if (plan.relativeBias !== undefined) this.relativeBias = this.registerModule('rel_pos_bias', plan.relativeBias(grid))
    this.layers = this.registerModule('layers', new ModuleList(plan.makeBlocks(grid)))
    const addNorm = (name: string) => this.registerModule(name, buildNorm(builder, plan.normCfg, dims))
    if (plan.preNorm) this.preNorm = addNorm('pre_norm')
    if (tokenOptions.final_norm) this.ln1 = addNorm('ln1')
    if (tokenOptions.out_type === 'avg_featmap' && plan.meanNorm !== false) this.ln2 = addNorm('ln2')
    if (tokenOptions.frozen_stages > 0) this.freezeStages(tokenOptions.frozen_stages)
  }

  override forward(inputs: tf.Tensor4D): readonly tf.Tensor[] {
    const { tokens, grid } = this.patchEmbed.call(inputs)
    return this.encode(this.embed(tokens, grid), grid)
  }

  /** The bias that all blocks share, anew; undefined where there is none. */
  sharedBias(): tf.Tensor | undefined {
    return this.relativeBias?.call()
  }

  /**
   * Tokens with their positions through the blocks.
   * @param x [batch, tokens, dims]; @param outType form of the outputs, by default the configured one
   */
  protected encode(input: tf.Tensor3D, grid: PatchGrid, outType = this.tokenOptions.out_type): tf.Tensor[] {
    let x = this.preNorm === undefined ? input : (this.preNorm.call(input) as tf.Tensor3D)
    const bias = this.sharedBias()
    const outputs: tf.Tensor[] = []
    const deepest = Math.max(...this.outIndices)
    let index = 0
    for (const layer of this.layers) {
      const isLast = index === this.layers.length - 1
      const queries = isLast && outType === 'cls_token' ? this.tokens.length : undefined
      x = layer.call(x, { grid, queries, bias })
      if (isLast && this.ln1 !== undefined) x = this.ln1.call(x) as tf.Tensor3D
      if (this.outIndices.includes(index)) outputs.push(...this.formatOutput(x, grid, outType))
      if (index++ === deepest) break
    }
    return outputs
  }

  /** As timm's `no_weight_decay`: tokens and position embedding. */
  noWeightDecay(): readonly string[] {
    return [...this.ownNamedParameters()].map(([name]) => name).filter((name) => /(^|_)token$|^pos_embed$/.test(name))
  }

  getLayerDepth(paramName: string, prefix = ''): LayerDepth {
    return vitLayerDepth(paramName, prefix, this.layers.length, this.tokenOptions.layer_depth)
  }

  protected override adjustInit(): void {
    const [, ...others] = this.tokens
    for (const parameter of [this.posEmbed, ...others]) if (parameter !== undefined) parameter.init = truncNormal(0, 0.02)
  }

  private addPosEmbed(grid: PatchGrid): Parameter | undefined {
    if (this.plan.positions === 'none') return undefined
    const extra = this.extraPositions
    const parameter = this.registerParameter('pos_embed', new Parameter([1, grid[0] * grid[1] + extra, this.plan.arch.embed_dims]))
    parameter.adapt = (value) => adaptPositions(value, extra, grid, this.tokenOptions.interpolate_mode)
    return parameter
  }

  /** Width of the tokens. */
  get embedDims(): number {
    return this.plan.arch.embed_dims
  }

  /** The grid of patches for images of `img_size`. */
  protected get grid(): PatchGrid {
    return this.patchEmbed.initOutSize
  }

  /** Tokens that have a position. */
  private get extraPositions(): number {
    return this.plan.positions === 'all' ? this.plan.tokens.length : 0
  }

  /** [batch, patches, dims] → [batch, tokens + patches, dims], with positions and dropout. */
  protected embed(patches: tf.Tensor3D, grid: PatchGrid): tf.Tensor3D {
    if (this.plan.positions !== 'patches') return this.dropAfterPos.call(this.prepend(patches, this.positions(grid))) as tf.Tensor3D
    const placed = this.positions(grid)
    return this.prepend(this.dropAfterPos.call(placed === undefined ? patches : tf.add(patches, placed)) as tf.Tensor3D, undefined)
  }

  /** The learnt tokens ride in on the positions: no tiling, one sum over the batch. */
  private prepend(patches: tf.Tensor3D, positions: tf.Tensor3D | undefined): tf.Tensor3D {
    const extra = this.tokens.length
    if (extra === 0) return positions === undefined ? patches : tf.add(patches, positions)
    const variables = this.tokens.map(({ variable }) => variable as tf.Tensor)
    const learnt = variables.length === 1 ? (variables[0] as tf.Tensor) : tf.concat(variables, 1)
    const beside = (x: tf.Tensor, before: number, after: number) =>
      tf.pad(x, [
        [0, 0],
        [before, after],
        [0, 0],
      ])
    const front = beside(learnt, 0, patches.shape[1])
    return tf.add(beside(patches, extra, 0), positions === undefined ? front : tf.add(positions, front)) as tf.Tensor3D
  }

  private positions(grid: PatchGrid): tf.Tensor3D | undefined {
    if (this.posEmbed === undefined) return undefined
    const embedding = this.posEmbed.variable as tf.Tensor as tf.Tensor3D
    return resizePositions(embedding, this.extraPositions, this.patchEmbed.initOutSize, grid, this.tokenOptions.interpolate_mode)
  }

  /** @param x [batch, tokens, dims], or only the learnt tokens of each sample in the last block */
  private formatOutput(x: tf.Tensor3D, [rows, columns]: PatchGrid, outType: TokenOptions['out_type']): tf.Tensor[] {
    const [batch, , dims] = x.shape
    const extra = this.tokens.length
    switch (outType) {
      case 'raw':
        return [x]
      case 'cls_token':
        return this.tokens.map((_, i) => tf.reshape(x.shape[1] === 1 ? x : tf.slice(x, [0, i, 0], [batch, 1, dims]), [batch, dims]))
      case 'featmap':
        return [tf.reshape(patchesOf(x, extra), [batch, rows, columns, dims])]
      case 'avg_featmap': {
        const mean = tf.mean(patchesOf(x, extra), 1)
        return [this.ln2 === undefined ? mean : this.ln2.call(mean)]
      }
    }
  }

  private freezeStages(stages: number): void {
    for (const parameter of [this.posEmbed, ...this.tokens]) if (parameter !== undefined) parameter.requiresGrad = false
    const blocks = [...this.layers].slice(0, stages)
    for (const module of [this.dropAfterPos, this.patchEmbed, this.preNorm, ...blocks]) module?.freeze()
    if (stages === this.layers.length) for (const module of [this.ln1, this.ln2]) module?.freeze()
  }
}

function patchesOf(x: tf.Tensor3D, extra: number): tf.Tensor3D {
  const [batch, tokens, dims] = x.shape
  return extra === 0 ? x : tf.slice(x, [0, extra, 0], [batch, tokens - extra, dims])
}

/** What the schema cannot say: options that depend on one another. */
function checkTokenOptions(options: TokenOptions, numLayers: number): void {
  if (!options.with_cls_token && options.out_type === 'cls_token') {
    throw new TesseraError('INVALID_OPTIONS', {
      what: "out_type 'cls_token' needs a class token",
      path: optionPath(options, 'with_cls_token'),
      got: false,
      expected: "true, or out_type 'avg_featmap'",
    })
  }
  checkFrozenStages(options.frozen_stages, numLayers, optionPath(options, 'frozen_stages'))
  if (Array.isArray(options.layer_cfgs) && options.layer_cfgs.length !== numLayers) {
    throw new TesseraError('INVALID_OPTIONS', {
      what: 'a list of layer_cfgs has one entry for each block',
      path: optionPath(options, 'layer_cfgs'),
      got: options.layer_cfgs.length,
      expected: String(numLayers),
    })
  }
}

/** The config's words about block i. */
export function layerCfg<T extends object>(layerCfgs: T | readonly T[], index: number): Partial<T> {
  return (Array.isArray(layerCfgs) ? (layerCfgs as readonly T[])[index] : (layerCfgs as T)) ?? {}
}
