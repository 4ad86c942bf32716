import type { Builder } from '@tessera/core'
import {
  type Activation,
  biasedAttention,
  buildActivation,
  buildNorm,
  Conv2d,
  DropPath,
  Linear,
  MaxPool2d,
  Module,
  type NormLayer,
  Parameter,
  type PatchGrid,
  splitHeads,
  type TensorModule,
  truncNormal,
  zeros,
} from '@tessera/nn'
import { tf } from '@tessera/runtime'
import { decomposedBias, resizeOffsets } from '../../layers/decomposedPositions.js'

export interface MultiScaleBlockOptions {
  readonly inDims: number
  readonly outDims: number
  readonly numHeads: number
  readonly mlpRatio: number
  readonly qkvBias: boolean
  readonly dropPath: number
  readonly normCfg: object
  readonly poolKernel: readonly [number, number]
  readonly strideQ: number
  readonly strideKv: number
  readonly relPosSpatial: boolean
  readonly relPosZeroInit: boolean
  readonly residualPooling: boolean
  /** The width changes in the attention; otherwise in the feed-forward layer. */
  readonly dimMulInAttention: boolean
  /** The map for images of `img_size`. */
  readonly inputSize: PatchGrid
}

/** Tokens [maps, rows · columns, channels] of maps, pooled: [maps, rows' · columns', channels]. */
function poolTokens(x: tf.Tensor, size: PatchGrid, pool: TensorModule, norm?: NormLayer): { tokens: tf.Tensor; grid: PatchGrid } {
  const [maps = 0, , channels = 0] = x.shape
  const pooled = pool.call(tf.reshape(x, [maps, ...size, channels]))
  const [, rows = 0, columns = 0] = pooled.shape
  const tokens = tf.reshape(pooled, [maps, rows * columns, channels])
  return { tokens: norm === undefined ? tokens : norm.call(tokens), grid: [rows, columns] }
}

/** Attention whose queries, keys and values are pooled by depthwise convolutions first. */
class MultiScaleAttention extends Module {
  private readonly qkv: Linear
  private readonly proj: Linear
  private readonly pools: readonly (readonly [Conv2d, NormLayer])[]
  private readonly tables: readonly [Parameter, Parameter] | undefined

  constructor(
    private readonly options: MultiScaleBlockOptions,
    private readonly outDims: number,
    builder: Builder,
  ) {
    super()
    const { numHeads, poolKernel, strideQ, strideKv, inputSize } = options
    const width = outDims / numHeads
    if (options.relPosSpatial) {
      const [size] = inputSize
      const reach = 2 * Math.max(Math.floor(size / strideQ), Math.floor(size / strideKv)) - 1
      const table = (name: string) => {
        const init = options.relPosZeroInit ? zeros : truncNormal(0, 0.02)
        const parameter = this.registerParameter(name, new Parameter([reach, width], { init }))
        parameter.adapt = (value) => resizeOffsets(value, reach)
        return parameter
      }
      this.tables = [table('rel_pos_h'), table('rel_pos_w')]
    }
    this.qkv = this.registerModule('qkv', new Linear(options.inDims, outDims * 3, { bias: options.qkvBias }))
    this.proj = this.registerModule('proj', new Linear(outDims, outDims))
    const padding: [number, number] = [Math.floor(poolKernel[0] / 2), Math.floor(poolKernel[1] / 2)]
    this.pools = (['q', 'k', 'v'] as const).map((name) => {
      const stride = name === 'q' ? strideQ : strideKv
      const pool = new Conv2d(width, width, [...poolKernel], { stride, padding, groups: width, bias: false })
      return [
        this.registerModule(`pool_${name}`, pool),
        this.registerModule(`norm_${name}`, buildNorm(builder, options.normCfg, width)),
      ] as const
    })
  }

  /** @param x tokens [batch, rows · columns, channels] of a map of this size */
  override forward(x: tf.Tensor, size: PatchGrid): { tokens: tf.Tensor; grid: PatchGrid } {
    const { numHeads: heads, residualPooling } = this.options
    const [batch = 0, places = 0] = x.shape
    const width = this.outDims / heads
    const [q, k, v] = splitHeads(this.qkv.call(x), heads).map((one, i) => {
      const [pool, norm] = this.pools[i] as readonly [Conv2d, NormLayer]
      return poolTokens(tf.reshape(one, [batch * heads, places, width]), size, pool, norm)
    }) as [Pooled, Pooled, Pooled]
    const headed = ({ tokens }: Pooled) => tf.reshape(tokens, [batch, heads, tokens.shape[1] ?? 0, width])
    const bias = this.biasOf(q, k.grid, batch)
    const queries = headed(q)
    const attended = biasedAttention(tf.mul(queries, width ** -0.5), headed(k), headed(v), { bias })
    if (!residualPooling) return { tokens: this.proj.call(attended), grid: q.grid }
    const residual = tf.reshape(tf.transpose(queries, [0, 2, 1, 3]), attended.shape)
    return { tokens: this.proj.call(tf.add(attended, residual)), grid: q.grid }
  }

  private biasOf(q: Pooled, keys: PatchGrid, batch: number): tf.Tensor | undefined {
    if (this.tables === undefined) return undefined
    const [rows, columns] = this.tables
    const bias = decomposedBias(q.tokens, [rows.variable, columns.variable], q.grid, keys)
    return tf.reshape(bias, [batch, this.options.numHeads, bias.shape[1] ?? 0, bias.shape[2] ?? 0])
  }
}
type Pooled = ReturnType<typeof poolTokens>

/** Two linear layers, of any widths. */
class MLP extends Module {
  private readonly layers: readonly TensorModule[]

  constructor(inChannels: number, hidden: number, outChannels: number, act: Activation) {
    super()
    this.layers = [
      this.registerModule('fc1', new Linear(inChannels, hidden)),
      this.registerModule('act', act),
      this.registerModule('fc2', new Linear(hidden, outChannels)),
    ]
  }

  override forward(x: tf.Tensor): tf.Tensor {
    return this.layers.reduce((each, layer) => layer.call(each), x)
  }
}

/** Pooling attention and a feed-forward layer, each with norm and shortcut, which are pooled and widened along (Li et al. 2021, arXiv 2112.01526). */
export class MultiScaleBlock extends Module {
  /** The map behind it, for images of `img_size`. */
  readonly outputSize: PatchGrid
  private readonly norm1: NormLayer
  private readonly attn: MultiScaleAttention
  private readonly dropPath: DropPath
  private readonly norm2: NormLayer
  private readonly mlp: MLP
  private readonly proj: Linear | undefined
  private readonly poolSkip: MaxPool2d | undefined

  constructor(
    private readonly options: MultiScaleBlockOptions,
    builder: Builder,
  ) {
    super()
    const { inDims, outDims, normCfg, strideQ, inputSize } = options
    const attnDims = options.dimMulInAttention ? outDims : inDims
    this.norm1 = this.registerModule('norm1', buildNorm(builder, normCfg, inDims))
    this.attn = this.registerModule('attn', new MultiScaleAttention(options, attnDims, builder))
    this.dropPath = this.registerModule('drop_path', new DropPath(options.dropPath))
    this.norm2 = this.registerModule('norm2', buildNorm(builder, normCfg, attnDims))
    const act = buildActivation(builder, { type: 'GELU' })
    this.mlp = this.registerModule('mlp', new MLP(attnDims, Math.trunc(attnDims * options.mlpRatio), outDims, act))
    if (inDims !== outDims) this.proj = this.registerModule('proj', new Linear(inDims, outDims))
    if (strideQ > 1) {
      const pool = new MaxPool2d({ kernelSize: strideQ + 1, stride: strideQ, padding: Math.floor((strideQ + 1) / 2) })
      this.poolSkip = this.registerModule('pool_skip', pool)
    }
    this.outputSize = [Math.floor(inputSize[0] / strideQ), Math.floor(inputSize[1] / strideQ)]
  }

  override forward(x: tf.Tensor, size: PatchGrid): { tokens: tf.Tensor; grid: PatchGrid } {
    const { dimMulInAttention: widensFirst } = this.options
    const normed = this.norm1.call(x)
    const { tokens, grid } = this.attn.call(normed, size)
    const skip = widensFirst && this.proj !== undefined ? this.proj.call(normed) : x
    const pooled = this.poolSkip === undefined ? skip : poolTokens(skip, size, this.poolSkip).tokens
    const attended = tf.add(pooled, this.dropPath.call(tokens))
    const second = this.norm2.call(attended)
    const shortcut = !widensFirst && this.proj !== undefined ? this.proj.call(second) : attended
    return { tokens: tf.add(shortcut, this.dropPath.call(this.mlp.call(second))), grid }
  }
}
