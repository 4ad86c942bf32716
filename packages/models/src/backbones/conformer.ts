import { BUILDER, type Builder, type ConfigOf, inject, MODELS, TesseraError } from '@tessera/core'
import {
  adaptivePads,
  BatchNorm2d,
  buildActivation,
  buildInitRules,
  Conv2d,
  initCfgSchema,
  LayerNorm,
  MaxPool2d,
  optionPath,
  Parameter,
  truncNormal,
} from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { archName, count, dropPathRates, indices, initCfgOr, namedArchitecture, offset, rate } from './backboneOptions.js'
import { BaseBackbone } from './baseBackbone.js'
import { ConvBlock } from './conformer/convBlock.js'
import { ConvTransBlock } from './conformer/convTransBlock.js'
import { TransformerEncoderLayer } from './visionTransformer/transformerEncoderLayer.js'

const architectureSchema = v.strictObject({
  embed_dims: count,
  /** Width of the maps over base_channels. */
  channel_ratio: count,
  num_heads: count,
  /** Blocks of the transformer, a multiple of three. */
  depths: v.pipe(count, v.multipleOf(3)),
})
type Architecture = v.InferOutput<typeof architectureSchema>

const row = (embed_dims: number, channel_ratio: number, num_heads: number): Architecture => ({
  embed_dims,
  channel_ratio,
  num_heads,
  depths: 12,
})
const [tiny, small, base] = [row(384, 1, 6), row(384, 4, 6), row(576, 6, 9)]
const ARCHITECTURES = { t: tiny, tiny, s: small, small, b: base, base } as const

const schema = v.strictObject({
  /** A name, or the numbers. */
  arch: v.optional(v.union([archName<keyof typeof ARCHITECTURES>(), architectureSchema]), 'tiny'),
  /** A multiple of 16. */
  patch_size: v.optional(v.pipe(count, v.multipleOf(16)), 16),
  base_channels: v.optional(count, 64),
  mlp_ratio: v.optional(v.pipe(v.number(), v.gtValue(0)), 4),
  qkv_bias: v.optional(v.boolean(), true),
  with_cls_token: v.optional(v.boolean(), true),
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate: v.optional(rate, 0),
  /** Without effect, as in MMPreTrain. */
  norm_eval: v.optional(v.boolean(), true),
  /** Without effect, as in MMPreTrain. */
  frozen_stages: v.optional(offset, 0),
  /** Blocks whose output is returned, from 2; negative counts from the end. */
  out_indices: v.optional(indices, -1),
  init_cfg: initCfgSchema,
})

interface ConformerConfig extends ConfigOf<'Conformer', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    Conformer: ConformerConfig
  }
}

const DEFAULT_INIT = [
  { type: 'TruncNormal', layer: 'Linear', std: 0.02, bias: 0 },
  { type: 'Kaiming', layer: 'Conv2d', mode: 'fan_out', nonlinearity: 'relu' },
  { type: 'Constant', layer: ['LayerNorm', '_BatchNorm'], val: 1, bias: 0 },
] as const

/** A ConvNet and a transformer side by side. Each output is two: the map's mean, and the class token or the tokens' mean (arXiv 2105.03889). */
@MODELS.registerModule()
export class Conformer extends BaseBackbone {
  static readonly schema = schema
  private readonly outIndices: readonly number[]
  private readonly clsToken: Parameter | undefined
  private readonly stem: readonly [Conv2d, BatchNorm2d, MaxPool2d]
  private readonly conv1: ConvBlock
  private readonly patchConv: Conv2d
  private readonly trans1: TransformerEncoderLayer
  private readonly blocks: readonly ConvTransBlock[]
  private readonly transNorm: LayerNorm
  private readonly patchStride: number

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super()
    const table = new Map<string, Architecture>(Object.entries(ARCHITECTURES))
    const arch = namedArchitecture('Conformer', table, options.arch, optionPath(options, 'arch'))
    const { embed_dims: dims, depths } = arch
    this.outIndices = outputsOf(options.out_indices, depths, optionPath(options, 'out_indices'))
    this.initRules = buildInitRules(initCfgOr(options.init_cfg, DEFAULT_INIT), builder)
    if (options.with_cls_token) this.clsToken = this.registerParameter('cls_token', new Parameter([1, 1, dims]))
    this.stem = [
      this.registerModule('conv1', new Conv2d(3, 64, 7, { stride: 2, padding: 3, bias: false })),
      this.registerModule('bn1', new BatchNorm2d({}, 64)),
      this.registerModule('maxpool', new MaxPool2d({ kernelSize: 3, stride: 2, padding: 1 })),
    ]
    this.patchStride = options.patch_size / 4
    const widths = [1, 2, 4].map((times) => options.base_channels * arch.channel_ratio * times)
    const first = { inChannels: 64, outChannels: widths[0] ?? 0, residualConv: true }
    this.conv1 = this.registerModule('conv_1', new ConvBlock(first, builder))
    this.patchConv = this.registerModule('trans_patch_conv', new Conv2d(64, dims, this.patchStride, { stride: this.patchStride }))
    const dropPaths = dropPathRates(options.drop_path_rate, depths)
    const transformer = (index: number) => {
      const sizes = { embed_dims: dims, num_heads: arch.num_heads, feedforward_channels: Math.trunc(dims * options.mlp_ratio) }
      const more = { drop_path_rate: dropPaths[index] ?? 0, qkv_bias: options.qkv_bias, norm_cfg: { type: 'LN', eps: 1e-6 } }
      return new TransformerEncoderLayer({ ...sizes, ...more }, builder)
    }
    this.trans1 = this.registerModule('trans_1', transformer(0))
    const gelu = buildActivation(builder, { type: 'GELU' })
    const perStage = depths / 3
    this.blocks = Array.from({ length: depths - 1 }, (_, i) => {
      const number = i + 2
      const stage = Math.floor((number - 1) / perStage)
      const isFirst = (number - 1) % perStage === 0
      const outChannels = widths[stage] ?? 0
      const block = {
        inChannels: isFirst ? (widths[stage - 1] ?? 0) : outChannels,
        outChannels,
        embedDims: dims,
        stride: isFirst ? (2 as const) : (1 as const),
        residualConv: isFirst,
        downStride: this.patchStride / 2 ** stage,
        withToken: options.with_cls_token,
        dropPath: dropPaths[i + 1] ?? 0,
        isLast: number === depths,
      }
      const act = (x: tf.Tensor) => gelu.call(x)
      return this.registerModule(`conv_trans_${number}`, new ConvTransBlock(block, transformer(i + 1), act, builder))
    })
    this.transNorm = this.registerModule('trans_norm', new LayerNorm({}, dims))
  }

  override forward(inputs: tf.Tensor4D): readonly tf.Tensor[] {
    const [conv, norm, pool] = this.stem
    const base = this.pad(pool.call(tf.relu(norm.call(conv.call(inputs)))))
    const patches = this.patchConv.call(base)
    const [batch = 0, rows = 0, columns = 0, dims = 0] = patches.shape
    let map = this.conv1.call(base).output
    let tokens = tf.reshape(patches, [batch, rows * columns, dims]) as tf.Tensor3D
    if (this.clsToken !== undefined)
      tokens = tf.concat([tf.tile(this.clsToken.variable as tf.Tensor as tf.Tensor3D, [batch, 1, 1]), tokens], 1)
    tokens = this.trans1.call(tokens)
    const outputs: tf.Tensor[] = []
    for (const [i, block] of this.blocks.slice(0, Math.max(...this.outIndices) - 1).entries()) {
      ;({ map, tokens } = block.call(map, tokens))
      if (!this.outIndices.includes(i + 2)) continue
      const normed = this.transNorm.call(tokens)
      const summary =
        this.clsToken === undefined ? tf.mean(normed, 1) : tf.reshape(tf.slice(normed, [0, 0, 0], [batch, 1, dims]), [batch, dims])
      outputs.push(tf.mean(map, [1, 2]), summary)
    }
    return outputs
  }

  protected override adjustInit(): void {
    if (this.clsToken !== undefined) this.clsToken.init = truncNormal(0, 0.02)
  }

  /** Zeros at the bottom and right until patches cover the map. */
  private pad(map: tf.Tensor): tf.Tensor {
    const pads = [1, 2].map((axis) => adaptivePads(map.shape[axis] ?? 0, this.patchStride, this.patchStride, 'corner'))
    return pads.flat().some((zeros) => zeros > 0) ? tf.pad(map, [[0, 0], ...(pads as [number, number][]), [0, 0]]) : map
  }
}

function outputsOf(given: number | readonly number[], depths: number, path: string): number[] {
  return [given].flat().map((one: number) => {
    const resolved = one < 0 ? depths + one + 1 : one
    if (resolved >= 2 && resolved <= depths) return resolved
    throw new TesseraError('INVALID_OPTIONS', { what: 'the backbone has no such output', path, got: one, expected: `2 to ${depths}` })
  })
}
