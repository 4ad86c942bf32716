import { BUILDER, type Builder, type ConfigOf, componentConfig, inject, MODELS, type ModelTypes, TesseraError } from '@tessera/core'
import {
  buildInitRules,
  buildNorm,
  initCfgSchema,
  ModuleList,
  type NormLayer,
  optionPath,
  Parameter,
  PatchEmbed,
  type PatchGrid,
  truncNormal,
} from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { archName, count, dropPathRates, indices, namedArchitecture, pair, rate, resolveIndices } from './backboneOptions.js'
import { BaseBackbone } from './baseBackbone.js'
import { MultiScaleBlock } from './mvit/multiScaleBlock.js'
import { INTERPOLATE_MODES } from './visionTransformer/gridResize.js'
import { patchCfgSchema, patchEmbedOptions } from './visionTransformer/options.js'
import { adaptPositions, resizePositions } from './visionTransformer/positionEmbedding.js'

const architectureSchema = v.strictObject({
  embed_dims: count,
  num_layers: count,
  /** Of the first blocks. */
  num_heads: count,
  /** Blocks, from 0, whose queries are pooled by 2: each begins a scale. */
  downscale_indices: v.array(count),
})
type Architecture = v.InferOutput<typeof architectureSchema>

const row = (embed_dims: number, num_layers: number, num_heads: number, downscale_indices: number[]): Architecture => {
  return { embed_dims, num_layers, num_heads, downscale_indices }
}
const ARCHITECTURES = {
  tiny: row(96, 10, 1, [1, 3, 8]),
  small: row(96, 16, 1, [1, 3, 14]),
  base: row(96, 24, 1, [2, 5, 21]),
  large: row(144, 48, 2, [2, 8, 44]),
} as const

const schema = v.strictObject({
  /** A name, or the numbers. */
  arch: v.optional(v.union([archName<keyof typeof ARCHITECTURES>(), architectureSchema]), 'base'),
  /** Pixels; other sizes work too. */
  img_size: v.optional(pair, 224),
  in_channels: v.optional(count, 3),
  /** Scales whose normed output is returned; negative counts from the end. */
  out_scales: v.optional(indices, -1),
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate: v.optional(rate, 0),
  use_abs_pos_embed: v.optional(v.boolean(), false),
  interpolate_mode: v.optional(v.picklist(INTERPOLATE_MODES), 'bicubic'),
  /** Of the convolutions that pool queries, keys and values. */
  pool_kernel: v.optional(v.tuple([count, count]), [3, 3]),
  /** By how much each scale is wider than the one before it. */
  dim_mul: v.optional(count, 2),
  /** By how much each scale has more heads. */
  head_mul: v.optional(count, 2),
  /** Stride of the first scale's keys and values; it halves at each scale, down to 1. */
  adaptive_kv_stride: v.optional(count, 4),
  /** Learnt biases of row and column offsets. */
  rel_pos_spatial: v.optional(v.boolean(), true),
  /** Add the pooled queries to what they attend to. */
  residual_pooling: v.optional(v.boolean(), true),
  /** Widen in the attention of a scale's first block; otherwise in the feed-forward layer of the block before it. */
  dim_mul_in_attention: v.optional(v.boolean(), true),
  /** Those biases start at 0. */
  rel_pos_zero_init: v.optional(v.boolean(), false),
  mlp_ratio: v.optional(v.pipe(v.number(), v.gtValue(0)), 4),
  qkv_bias: v.optional(v.boolean(), true),
  /** Default LN with eps 1e-6. */
  norm_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  /** Default 7×7 patches at a stride of 4, padded by 3. */
  patch_cfg: v.optional(patchCfgSchema, {}),
  init_cfg: initCfgSchema,
})
type Options = v.InferOutput<typeof schema>

interface MViTConfig extends ConfigOf<'MViT', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    MViT: MViTConfig
  }
}

/** A transformer of several scales, whose attention pools (MViTv2: Li et al. 2021, arXiv 2112.01526). MMPreTrain's has no layer depths. */
@MODELS.registerModule()
export class MViT extends BaseBackbone {
  static readonly schema = schema
  private readonly patchEmbed: PatchEmbed
  private readonly posEmbed: Parameter | undefined
  private readonly blocks: ModuleList<MultiScaleBlock>
  /** By the block in front of each. */
  private readonly norms: ReadonlyMap<number, NormLayer>

  constructor(
    private readonly options: Options,
    @inject(BUILDER) builder: Builder,
  ) {
    super()
    const table = new Map<string, Architecture>(Object.entries(ARCHITECTURES))
    const arch = namedArchitecture('MViT', table, options.arch, optionPath(options, 'arch'))
    this.initRules = buildInitRules(options.init_cfg, builder)
    const patch_cfg = { kernel_size: 7, stride: 4, padding: 3, ...options.patch_cfg }
    this.patchEmbed = new PatchEmbed(patchEmbedOptions({ ...options, patch_size: 4, patch_cfg }, arch.embed_dims))
    const grid = this.patchEmbed.initOutSize
    if (options.rel_pos_spatial && grid[0] !== grid[1]) {
      throw new TesseraError('INVALID_OPTIONS', {
        what: 'biases of row and column offsets are learnt on square images',
        path: optionPath(options, 'img_size'),
        got: options.img_size,
        expected: 'one number, or rel_pos_spatial: false',
      })
    }
    if (options.use_abs_pos_embed) {
      const init = truncNormal(0, 0.02)
      this.posEmbed = this.registerParameter('pos_embed', new Parameter([1, grid[0] * grid[1], arch.embed_dims], { init }))
      this.posEmbed.adapt = (value) => adaptPositions(value, 0, grid, options.interpolate_mode)
    }
    this.registerModule('patch_embed', this.patchEmbed)
    const { blocks, widths } = makeBlocks(options, arch, grid, builder)
    this.blocks = this.registerModule('blocks', new ModuleList(blocks))
    const lasts = [...arch.downscale_indices.map((index) => index - 1), arch.num_layers - 1]
    const scales = resolveIndices(options.out_scales, lasts.length, optionPath(options, 'out_scales')).sort((a, b) => a - b)
    this.norms = new Map(
      scales.map((scale) => {
        const last = lasts[scale] ?? 0
        const norm = buildNorm(builder, options.norm_cfg ?? DEFAULT_NORM, widths[last] ?? 0)
        return [last, this.registerModule(`norm${scale}`, norm)]
      }),
    )
  }

  /** @returns maps [batch, rows, columns, channels] */
  override forward(inputs: tf.Tensor4D): readonly tf.Tensor[] {
    let { tokens, grid }: { tokens: tf.Tensor; grid: PatchGrid } = this.patchEmbed.call(inputs)
    if (this.posEmbed !== undefined) {
      const own = this.posEmbed.variable as tf.Tensor as tf.Tensor3D
      tokens = tf.add(tokens, resizePositions(own, 0, this.patchEmbed.initOutSize, grid, this.options.interpolate_mode))
    }
    const outputs: tf.Tensor[] = []
    for (const [index, block] of [...this.blocks].slice(0, Math.max(...this.norms.keys()) + 1).entries()) {
      ;({ tokens, grid } = block.call(tokens, grid))
      const norm = this.norms.get(index)
      if (norm === undefined) continue
      // The next scale goes on from the normed tokens.
      tokens = norm.call(tokens)
      outputs.push(tf.reshape(tokens, [tokens.shape[0] ?? 0, ...grid, tokens.shape[2] ?? 0]))
    }
    return outputs
  }
}

const DEFAULT_NORM = { type: 'LN', eps: 1e-6 }

/** The blocks, and the width behind each. */
function makeBlocks(options: Options, arch: Architecture, grid: PatchGrid, builder: Builder) {
  const { dim_mul_in_attention: dimMulInAttention } = options
  const blocks: MultiScaleBlock[] = []
  const widths: number[] = []
  let [width, heads, strideKv, inputSize] = [arch.embed_dims, arch.num_heads, options.adaptive_kv_stride, grid]
  for (const [i, dropPath] of dropPathRates(options.drop_path_rate, arch.num_layers).entries()) {
    const downscales = arch.downscale_indices.includes(i)
    if (downscales) {
      heads *= options.head_mul
      strideKv = Math.max(Math.floor(strideKv / 2), 1)
    }
    const outDims = width * (arch.downscale_indices.includes(dimMulInAttention ? i : i + 1) ? options.dim_mul : 1)
    const block = new MultiScaleBlock(
      {
        inDims: width,
        outDims,
        numHeads: heads,
        mlpRatio: options.mlp_ratio,
        qkvBias: options.qkv_bias,
        dropPath,
        normCfg: options.norm_cfg ?? DEFAULT_NORM,
        poolKernel: options.pool_kernel,
        strideQ: downscales ? 2 : 1,
        strideKv,
        relPosSpatial: options.rel_pos_spatial,
        relPosZeroInit: options.rel_pos_zero_init,
        residualPooling: options.residual_pooling,
        dimMulInAttention,
        inputSize,
      },
      builder,
    )
    blocks.push(block)
    widths.push(outDims)
    width = outDims
    inputSize = block.outputSize
  }
  return { blocks, widths }
}
