import { Buffer, biasedAttention, constant, Dropout, Linear, Module, Parameter, ReLU, Sequential, splitHeads } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import { biasOf, indexBuffer, relativePositionIndex } from '../../layers/relativePosition.js'

export interface WindowAttentionV2Options {
  readonly embedDims: number
  readonly numHeads: number
  readonly windowSize: number
  /** Of queries and values. Default true. */
  readonly qkvBias?: boolean | undefined
  readonly attnDrop?: number | undefined
  readonly projDrop?: number | undefined
  /** Width of the network that gives each offset its bias. Default 512. */
  readonly cpbHidden?: number | undefined
  /** Side of the windows in pretraining, which offsets are measured by; 0: this window's. */
  readonly pretrainedWindowSize: number
}

/** Cosine attention within windows; a small network gives each offset its bias (Liu et al. 2021, arXiv 2111.09883). */
export class WindowAttentionV2 extends Module {
  private readonly index: Int32Array
  private readonly coordinates: Float32Array
  private readonly logitScale: Parameter
  private readonly qBias: Parameter | undefined
  private readonly vBias: Parameter | undefined
  private readonly cpbMlp: Sequential
  private readonly qkv: Linear
  private readonly attnDrop: Dropout
  private readonly proj: Linear
  private readonly projDrop: Dropout

  constructor(private readonly options: WindowAttentionV2Options) {
    super()
    const { embedDims, numHeads, windowSize, cpbHidden = 512 } = options
    this.index = relativePositionIndex(windowSize, windowSize)
    this.coordinates = offsetCoordinates(windowSize, options.pretrainedWindowSize || windowSize)
    this.logitScale = this.registerParameter('logit_scale', new Parameter([numHeads, 1, 1], { init: constant(Math.log(10)) }))
    if (options.qkvBias !== false) {
      this.qBias = this.registerParameter('q_bias', new Parameter([embedDims]))
      this.vBias = this.registerParameter('v_bias', new Parameter([embedDims]))
    }
    const side = 2 * windowSize - 1
    const table = new Buffer([1, side, side, 2], { init: () => this.coordinates })
    table.adapt = () => ({ shape: [1, side, side, 2], data: this.coordinates })
    this.registerBuffer('relative_coords_table', table)
    this.registerBuffer('relative_position_index', indexBuffer(this.index))
    const network = [new Linear(2, cpbHidden), new ReLU(), new Linear(cpbHidden, numHeads, { bias: false })]
    this.cpbMlp = this.registerModule('cpb_mlp', new Sequential(network))
    this.qkv = this.registerModule('qkv', new Linear(embedDims, embedDims * 3, { bias: false }))
    this.attnDrop = this.registerModule('attn_drop', new Dropout(options.attnDrop ?? 0))
    this.proj = this.registerModule('proj', new Linear(embedDims, embedDims))
    this.projDrop = this.registerModule('proj_drop', new Dropout(options.projDrop ?? 0))
  }

  /** @param windows [batch · windows, places, channels]; `mask` is added to the scores, [windows, 1, places, places] */
  override forward(windows: tf.Tensor, mask?: tf.Tensor): tf.Tensor {
    const { numHeads } = this.options
    const [count = 0, places = 0] = windows.shape
    const [q, k, v] = splitHeads(this.project(windows), numHeads)
    const scale = tf.exp(tf.minimum(this.logitScale.variable, Math.log(100)))
    const offsets = tf.mul(tf.sigmoid(biasOf(this.biasTable(), this.index)), 16)
    const bias = mask === undefined ? offsets : tf.add(offsets, mask)
    const dropped = this.attnDrop.mask([count, numHeads, places, places])
    const attended = biasedAttention(tf.mul(unit(q), scale), unit(k), v, { bias, mask: dropped })
    return this.projDrop.call(this.proj.call(attended))
  }

  private project(windows: tf.Tensor): tf.Tensor {
    if (this.qBias === undefined || this.vBias === undefined) return this.qkv.call(windows)
    const bias = tf.concat([this.qBias.variable, tf.zeros([this.options.embedDims]), this.vBias.variable], 0)
    return this.qkv.product(windows, bias)
  }

  /** [offsets, heads] */
  private biasTable(): tf.Tensor {
    return this.cpbMlp.call(tf.tensor2d(this.coordinates, [this.coordinates.length / 2, 2]))
  }
}

/** Vectors of length 1 along the last axis; one shorter than 1e-12 stays about zero. */
function unit(x: tf.Tensor): tf.Tensor {
  return tf.mul(x, tf.rsqrt(tf.maximum(tf.sum(tf.square(x), -1, true), 1e-24)))
}

/** Offsets of a window in rows and columns, over `measure − 1`, on a scale that grows with their logarithm: [(2n − 1)², 2]. */
function offsetCoordinates(windowSize: number, measure: number): Float32Array {
  const side = 2 * windowSize - 1
  const place = (offset: number) => {
    const scaled = (8 * (offset - windowSize + 1)) / (measure - 1)
    return (Math.sign(scaled) * Math.log2(Math.abs(scaled) + 1)) / Math.log2(8)
  }
  return Float32Array.from({ length: side * side * 2 }, (_, i) => {
    const offset = Math.floor(i / 2)
    return place(i % 2 === 0 ? Math.floor(offset / side) : offset % side)
  })
}
