import type { Builder } from '@tessera/core'
import {
  type Activation,
  biasedAttention,
  buildActivation,
  Dropout,
  DropPath,
  LayerNorm,
  Linear,
  type Parameter,
  TensorModule,
} from '@tessera/nn'
import { tf } from '@tessera/runtime'
import { ConvNorm } from '../../layers/convNorm.js'
import { distanceBias, distanceBiases, distanceIndex } from '../../layers/offsetBias.js'
import { padToWindows, partition, unpartition } from '../swin/windows.js'

export interface TinyVitBlockOptions {
  readonly channels: number
  readonly numHeads: number
  readonly windowSize: number
  readonly mlpRatio: number
  readonly dropRate: number
  readonly dropPath: number
  /** Side of the depthwise convolution's kernel. */
  readonly localConvSize: number
  readonly actCfg: object
}

/** A convolution and a batch norm: `conv2d`, `bn2d`. */
export function convBN(from: number, to: number, kernel: number, builder: Builder, stride = 1, groups = 1): ConvNorm {
  const options = { stride, groups, padding: Math.floor(kernel / 2), names: ['conv2d', 'bn2d'] as const }
  return new ConvNorm(from, to, kernel, options, { type: 'BN' }, builder)
}

/** Attention within a window, its tokens normed first, with a learnt bias for each distance. */
class WindowAttention extends TensorModule {
  private readonly index: Int32Array
  private readonly biases: Parameter
  private readonly norm: LayerNorm
  private readonly qkv: Linear
  private readonly proj: Linear

  constructor(
    channels: number,
    private readonly heads: number,
    window: number,
  ) {
    super()
    this.index = distanceIndex(window, window)
    this.biases = this.registerParameter('attention_biases', distanceBiases(heads, window, window))
    this.norm = this.registerModule('norm', new LayerNorm({}, channels))
    this.qkv = this.registerModule('qkv', new Linear(channels, 3 * channels))
    this.proj = this.registerModule('proj', new Linear(channels, channels))
  }

  override forward(windows: tf.Tensor): tf.Tensor {
    const [count = 0, places = 0, channels = 0] = windows.shape
    const width = channels / this.heads
    // Head by head, and of each its query, key and value.
    const split = tf.reshape(this.qkv.call(this.norm.call(windows)), [count, places, this.heads, 3, width])
    const [q, k, v] = tf.unstack(tf.transpose(split, [3, 0, 2, 1, 4])) as [tf.Tensor, tf.Tensor, tf.Tensor]
    const bias = distanceBias(this.biases, this.index)
    return this.proj.call(biasedAttention(tf.mul(q, width ** -0.5), k, v, { bias }))
  }
}

class Mlp extends TensorModule {
  private readonly layers: readonly TensorModule[]

  constructor(channels: number, hidden: number, act: Activation, dropRate: number) {
    super()
    const norm = this.registerModule('norm', new LayerNorm({}, channels))
    const fc1 = this.registerModule('fc1', new Linear(channels, hidden))
    const fc2 = this.registerModule('fc2', new Linear(hidden, channels))
    this.registerModule('act', act)
    const drop = this.registerModule('drop', new Dropout(dropRate))
    this.layers = [norm, fc1, act, drop, fc2, drop]
  }

  override forward(input: tf.Tensor): tf.Tensor {
    return this.layers.reduce((x, layer) => layer.call(x), input)
  }
}

/** Attention within windows, a depthwise convolution, a feed-forward layer (Wu et al. 2022, arXiv 2207.10666). [batch, rows, columns, channels]. */
export class TinyVitBlock extends TensorModule {
  private readonly dropPath: DropPath
  private readonly attn: WindowAttention
  private readonly mlp: Mlp
  private readonly localConv: ConvNorm

  constructor(
    private readonly options: TinyVitBlockOptions,
    builder: Builder,
  ) {
    super()
    const { channels, localConvSize: kernel } = options
    this.dropPath = this.registerModule('drop_path', new DropPath(options.dropPath))
    this.attn = this.registerModule('attn', new WindowAttention(channels, options.numHeads, options.windowSize))
    const act = buildActivation(builder, options.actCfg)
    this.mlp = this.registerModule('mlp', new Mlp(channels, Math.trunc(channels * options.mlpRatio), act, options.dropRate))
    this.localConv = this.registerModule('local_conv', convBN(channels, channels, kernel, builder, 1, channels))
  }

  override forward(input: tf.Tensor): tf.Tensor {
    const [batch = 0, rows = 0, columns = 0, channels = 0] = input.shape
    const { windowSize: size } = this.options
    const padded = padToWindows(input as tf.Tensor4D, size)
    const attended = unpartition(this.attn.call(partition(padded, size)) as tf.Tensor3D, size, padded.shape[1], padded.shape[2])
    const cut = padded === input ? attended : tf.slice(attended, [0, 0, 0, 0], [batch, rows, columns, channels])
    const x = this.localConv.call(tf.add(input, this.dropPath.call(cut)))
    return tf.add(x, this.dropPath.call(this.mlp.call(x)))
  }
}
