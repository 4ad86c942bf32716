import { type Activation, Buffer, biasedAttention, type Parameter, Sequential, slidingWindows, TensorModule } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import { distanceBias, distanceBiases, distanceIndex } from '../../layers/offsetBias.js'
import { linearNorm } from './levitLayers.js'

export interface LevitAttentionOptions {
  readonly inDims: number
  readonly outDims: number
  /** Width of a head's queries and keys. */
  readonly keyDim: number
  readonly numHeads: number
  /** How much wider its values are. */
  readonly attnRatio: number
  /** Side of the map that comes in; every `stride`-th place asks. */
  readonly resolution: number
  readonly stride: number
  readonly act: Activation
  readonly deploy: boolean
}

/** Every `stride`-th place of a square map. */
class Subsample extends TensorModule {
  constructor(
    private readonly stride: number,
    private readonly side: number,
  ) {
    super()
  }

  override forward(input: tf.Tensor): tf.Tensor {
    const [batch = 0, , dims = 0] = input.shape
    const { side, stride } = this
    const map = tf.reshape(input, [batch, side, side, dims])
    const taken = slidingWindows(map as tf.Tensor4D, { kernel: [1, 1], strides: [stride, stride] })
    return tf.reshape(taken, [batch, -1, dims])
  }
}

/** Attention of a square map's places with a learnt bias for each distance; with a stride the map shrinks (arXiv 2104.01136). */
export class LevitAttention extends TensorModule {
  private readonly index: Int32Array
  private readonly biases: Parameter
  /** Keys and values, and the queries of all places. */
  private readonly shared: TensorModule
  /** The queries, where not all places ask. */
  private readonly query: Sequential | undefined
  private readonly proj: Sequential

  constructor(private readonly options: LevitAttentionOptions) {
    super()
    const { inDims, outDims, keyDim, numHeads, resolution, stride, deploy } = options
    const keys = keyDim * numHeads
    this.index = distanceIndex(resolution, resolution, stride)
    this.biases = this.registerParameter('attention_biases', distanceBiases(numHeads, resolution, resolution))
    const places = resolution ** 2
    const init = () => Float32Array.from(this.index)
    this.registerBuffer('attention_bias_idxs', new Buffer([this.index.length / places, places], { init }))
    if (stride === 1) this.shared = this.registerModule('qkv', linearNorm(inDims, 2 * keys + this.valueDim * numHeads, deploy))
    else {
      this.shared = this.registerModule('kv', linearNorm(inDims, keys + this.valueDim * numHeads, deploy))
      const query = new Sequential([new Subsample(stride, resolution), linearNorm(inDims, keys, deploy)])
      this.query = this.registerModule('q', query)
    }
    const proj = new Sequential([options.act, linearNorm(this.valueDim * numHeads, outDims, deploy)])
    this.proj = this.registerModule('proj', proj)
  }

  /** Side of the map that goes out. */
  get outResolution(): number {
    return Math.floor((this.options.resolution - 1) / this.options.stride) + 1
  }

  override forward(input: tf.Tensor): tf.Tensor {
    const { keyDim, numHeads } = this.options
    const [batch = 0] = input.shape
    const heads = (x: tf.Tensor) => tf.transpose(tf.reshape(x, [batch, x.shape[1] ?? 0, numHeads, -1]), [0, 2, 1, 3])
    const all = heads(this.shared.call(input))
    const own = this.query === undefined ? undefined : heads(this.query.call(input))
    const sizes = own === undefined ? [keyDim, keyDim, this.valueDim] : [keyDim, this.valueDim]
    const [q, k, v] = [...(own === undefined ? [] : [own]), ...tf.split(all, sizes, 3)] as [tf.Tensor, tf.Tensor, tf.Tensor]
    const bias = distanceBias(this.biases, this.index)
    return this.proj.call(biasedAttention(tf.mul(q, keyDim ** -0.5), k, v, { bias }))
  }

  private get valueDim(): number {
    return Math.trunc(this.options.attnRatio * this.options.keyDim)
  }
}
