import {
  BUILDER,
  type Builder,
  type ConfigOf,
  componentConfig,
  type HasLayerDepth,
  inject,
  type LayerDepth,
  MODELS,
  type ModelTypes,
  TesseraError,
} from '@tessera/core'
import {
  buildInitRules,
  buildNorm,
  Dropout,
  initCfgSchema,
  LayerNorm,
  Linear,
  type Module,
  ModuleList,
  ones,
  optionPath,
  Parameter,
  truncNormal,
  zeros,
} from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { indexBuffer, relativePositionIndex } from '../layers/relativePosition.js'
import {
  archName,
  checkFrozenStages,
  count,
  dropPathRates,
  frozenStages,
  layerDepthMode,
  namedArchitecture,
  offset,
  pair,
  rate,
} from './backboneOptions.js'
import { BaseBackbone } from './baseBackbone.js'
import { HiViTBlock } from './hivit/hivitBlock.js'
import { hivitLayerDepth } from './hivit/hivitLayerDepth.js'
import { HiViTPatchEmbed, PatchMerge } from './hivit/hivitStem.js'
import { adaptPositions, resizePositions } from './visionTransformer/positionEmbedding.js'

const row = (embed_dims: number, depths: number[], num_heads: number) => ({ embed_dims, depths, num_heads })
const ARCHITECTURES = {
  t: row(384, [1, 1, 10], 6),
  tiny: row(384, [1, 1, 10], 6),
  s: row(384, [2, 2, 20], 6),
  small: row(384, [2, 2, 20], 6),
  b: row(512, [2, 2, 24], 8),
  base: row(512, [2, 2, 24], 8),
  l: row(768, [2, 2, 40], 12),
  large: row(768, [2, 2, 40], 12),
} as const

const ratio = v.pipe(v.number(), v.gtValue(0))

export const hiViTSchema = v.strictObject({
  /** A name (`base` or `b`, …) or the numbers; `embed_dims` and `num_heads` are those of the main stage, the last. */
  arch: v.optional(
    v.union([archName<keyof typeof ARCHITECTURES>(), v.strictObject({ embed_dims: count, depths: v.array(count), num_heads: count })]),
    'base',
  ),
  img_size: v.optional(pair, 224),
  patch_size: v.optional(count, 16),
  /** Cells a side that each patch is cut into; each stage before the main one halves them. */
  inner_patches: v.optional(count, 4),
  in_chans: v.optional(count, 3),
  stem_mlp_ratio: v.optional(ratio, 3),
  mlp_ratio: v.optional(ratio, 4),
  qkv_bias: v.optional(v.boolean(), true),
  qk_scale: v.nullish(v.number()),
  drop_rate: v.optional(rate, 0),
  attn_drop_rate: v.optional(rate, 0),
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate: v.optional(rate, 0),
  norm_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  /** Blocks whose output is returned; the last entry always means the last block of the main stage. */
  out_indices: v.optional(v.pipe(v.array(offset), v.minLength(1)), [23]),
  /** Absolute positions. */
  ape: v.optional(v.boolean(), true),
  /** A learnt bias for each offset. */
  rpe: v.optional(v.boolean(), false),
  patch_norm: v.optional(v.boolean(), true),
  /** Freeze the embeddings and so many blocks; −1 and 0: nothing. */
  frozen_stages: v.optional(frozenStages, -1),
  kernel_size: v.nullish(pair),
  pad_size: v.nullish(offset),
  /** Above 0: layer scale that starts there. */
  layer_scale_init_value: v.optional(v.number(), 0),
  layer_depth: layerDepthMode,
  init_cfg: initCfgSchema,
})
export type HiViTOptions = v.InferOutput<typeof hiViTSchema>

interface HiViTConfig extends ConfigOf<'HiViT', typeof hiViTSchema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    HiViT: HiViTConfig
  }
}

/** Hierarchical ViT (Zhang et al. 2022, arXiv 2205.14949): cells merge within their patch before a plain transformer sees the patches. */
@MODELS.registerModule()
export class HiViT extends BaseBackbone implements HasLayerDepth {
  static readonly schema: v.GenericSchema = hiViTSchema
  private readonly arch: { readonly embed_dims: number; readonly depths: readonly number[]; readonly num_heads: number }
  private readonly outIndices: readonly number[]
  protected readonly grid: readonly [number, number]
  protected readonly posEmbed: Parameter | undefined
  protected readonly patchEmbed: HiViTPatchEmbed
  private readonly posDrop: Dropout
  private readonly blocks: ModuleList<HiViTBlock | PatchMerge>

  constructor(
    private readonly options: HiViTOptions,
    @inject(BUILDER) builder: Builder,
  ) {
    super()
    this.arch = namedArchitecture(
      'HiViT',
      new Map<string, typeof this.arch>(Object.entries(ARCHITECTURES)),
      options.arch,
      optionPath(options, 'arch'),
    )
    this.initRules = buildInitRules(options.init_cfg, builder)
    const { depths, embed_dims: dims } = this.arch
    this.outIndices = [...options.out_indices.slice(0, -1), (depths.at(-1) ?? 1) - 1]
    this.grid = gridOf(options)
    const makeNorm = (features: number) => buildNorm(builder, options.norm_cfg ?? { type: 'LN' }, features)
    const stemDims = Math.floor(dims / 2 ** (depths.length - 1))
    if (options.ape) {
      this.posEmbed = this.registerParameter(
        'pos_embed',
        new Parameter([1, this.grid[0] * this.grid[1], dims], { init: truncNormal(0, 0.02) }),
      )
      this.posEmbed.adapt = (value) => adaptPositions(value, 0, this.grid, 'bicubic')
    }
    if (options.rpe) this.registerBuffer('relative_position_index', indexBuffer(relativePositionIndex(this.grid[0], this.grid[1])))
    const patch = {
      patchSize: options.patch_size,
      innerPatches: options.inner_patches,
      inChannels: options.in_chans,
      dims: stemDims,
      kernelSize: options.kernel_size,
      padSize: options.pad_size,
      norm: options.patch_norm ? makeNorm(stemDims) : undefined,
    }
    this.patchEmbed = this.registerModule('patch_embed', new HiViTPatchEmbed(patch))
    this.posDrop = this.registerModule('pos_drop', new Dropout(options.drop_rate))
    this.blocks = this.registerModule('blocks', new ModuleList(this.makeBlocks(stemDims, makeNorm)))
    this.startLayers()
    if (options.frozen_stages > 0) this.freezeStages(options.frozen_stages)
  }

  override forward(inputs: tf.Tensor4D): readonly tf.Tensor[] {
    const { patch_size: size } = this.options
    const grid = [Math.floor(inputs.shape[1] / size), Math.floor(inputs.shape[2] / size)] as const
    let x: tf.Tensor = this.patchEmbed.call(inputs)
    const outputs: tf.Tensor[] = []
    const blocks = [...this.blocks]
    const main = this.arch.depths.at(-1) ?? 0
    for (const [index, block] of blocks.slice(0, -main).entries()) {
      x = block.call(x)
      // MMPreTrain goes on with the map it returns here, and fails; the last entry means a block of the main stage.
      if (this.outIndices.slice(0, -1).includes(index)) outputs.push(cellsToMap(x, grid))
    }
    const [batch = 0, patches = 0] = x.shape
    x = tf.reshape(x, [batch, patches, this.arch.embed_dims])
    if (this.posEmbed !== undefined) {
      const positions = this.posEmbed.variable as tf.Tensor as tf.Tensor3D
      x = tf.add(x, resizePositions(positions, 0, this.grid, grid, 'bicubic'))
    }
    x = this.posDrop.call(x)
    for (const [index, block] of blocks.slice(-main).entries()) {
      x = block.call(x)
      if (this.outIndices.includes(index)) outputs.push(tf.reshape(x, [batch, grid[0], grid[1], this.arch.embed_dims]))
    }
    return outputs
  }

  /**
   * Embedded patches [batch, patches, side, side, dims], not all of the image's, through all blocks: [batch, patches, dims].
   * @param place adds each patch's position
   */
  protected encodePatches(cells: tf.Tensor, place: (x: tf.Tensor3D) => tf.Tensor): tf.Tensor3D {
    const blocks = [...this.blocks]
    const main = this.arch.depths.at(-1) ?? 0
    let x = blocks.slice(0, -main).reduce((y, block) => block.call(y), cells)
    x = this.posDrop.call(place(tf.reshape(x, [x.shape[0] ?? 0, x.shape[1] ?? 0, this.arch.embed_dims])))
    return blocks.slice(-main).reduce((y, block) => block.call(y), x) as tf.Tensor3D
  }

  getLayerDepth(paramName: string, prefix = ''): LayerDepth {
    return hivitLayerDepth(paramName, prefix, this.blocks.length, this.options.layer_depth)
  }

  private makeBlocks(stemDims: number, makeNorm: (features: number) => ReturnType<typeof buildNorm>): (HiViTBlock | PatchMerge)[] {
    const { options, arch } = this
    const total = arch.depths.reduce((sum, depth) => sum + depth, 0)
    const dropPaths = dropPathRates(options.drop_path_rate, 2 * total - (arch.depths.at(-1) ?? 0))
    let dims = stemDims
    return arch.depths.flatMap((depth, stage) => {
      const isMain = dims === arch.embed_dims
      // The stem's blocks have no attention, and come twice as often.
      const blocks = dropPaths.splice(0, isMain ? depth : 2 * depth).map((dropPath) => {
        return new HiViTBlock({
          dims,
          numHeads: isMain ? arch.num_heads : 0,
          mlpRatio: isMain ? options.mlp_ratio : options.stem_mlp_ratio,
          qkvBias: options.qkv_bias,
          qkScale: options.qk_scale,
          drop: options.drop_rate,
          attnDrop: options.attn_drop_rate,
          dropPath,
          side: options.rpe ? this.grid[0] : undefined,
          layerScale: options.layer_scale_init_value,
          makeNorm,
        })
      })
      if (stage + 1 === arch.depths.length) return blocks
      dims *= 2
      return [...blocks, new PatchMerge(dims / 2, makeNorm)]
    })
  }

  /** Small weights, zero biases, for all Linears; `init_cfg` comes after, and wins. */
  private startLayers(): void {
    for (const [, module] of this.namedModules() as Iterable<[string, Module]>) {
      if (module instanceof Linear) {
        module.weight.init = truncNormal(0, 0.02)
        if (module.bias !== undefined) module.bias.init = zeros
      } else if (module instanceof LayerNorm) {
        module.weight.init = ones
        module.bias.init = zeros
      }
    }
  }

  private freezeStages(stages: number): void {
    checkFrozenStages(stages, this.blocks.length, optionPath(this.options, 'frozen_stages'))
    if (this.posEmbed !== undefined) this.posEmbed.requiresGrad = false
    for (const module of [this.posDrop, this.patchEmbed, ...[...this.blocks].slice(0, stages)]) module.freeze()
  }
}

function gridOf({ img_size: size, patch_size: patch, rpe, ...options }: HiViTOptions): [number, number] {
  const [height, width] = typeof size === 'number' ? [size, size] : size
  const grid: [number, number] = [Math.floor(height / patch), Math.floor(width / patch)]
  if (rpe && grid[0] !== grid[1]) {
    throw new TesseraError('INVALID_OPTIONS', {
      what: 'a relative position bias needs a square grid of patches',
      path: optionPath(options, 'rpe'),
      got: grid,
      expected: 'img_size as wide as high',
    })
  }
  return grid
}

/** [batch, patches, side, side, dims] → [batch, rows · side, columns · side, dims] */
function cellsToMap(x: tf.Tensor, [rows, columns]: readonly [number, number]): tf.Tensor {
  const [batch = 0, , side = 0, , dims = 0] = x.shape
  const laid = tf.transpose(tf.reshape(x, [batch, rows, columns, side, side, dims]), [0, 1, 3, 2, 4, 5])
  return tf.reshape(laid, [batch, rows * side, columns * side, dims])
}
