import type { Builder } from '@tessera/core'
import {
  AvgPool2d,
  buildNorm,
  Conv2d,
  DropPath,
  describedInit,
  type Initializer,
  Module,
  Parameter,
  Sequential,
  stopGradient,
  TensorModule,
} from '@tessera/nn'
import { randomUniform, tf } from '@tessera/runtime'
import { axisWeights } from '../visionTransformer/gridResize.js'
import { type GraphConv, type GraphConvolutionKind, graphConv, neighboursOf } from './graphConv.js'

export interface GrapherOptions {
  readonly channels: number
  /** Neighbours. */
  readonly k: number
  /** Every so many of the nearest is one. */
  readonly dilation: number
  readonly kind: GraphConvolutionKind
  readonly actCfg: object
  readonly normCfg: object
  readonly bias: boolean
  /** Sometimes the neighbours are any of the nearest. */
  readonly stochastic: boolean
  /** How often. */
  readonly epsilon: number
  /** Neighbours are looked for on a map that is so many times smaller. */
  readonly reduction: number
  /** Places of the map. */
  readonly places: number
  readonly dropPath: number
  /** Near places count as more alike. */
  readonly relativePos: boolean
}

/** Connects each node with those most alike, and convolves over the connections: `gconv`. */
class DynamicGraphConv extends Module {
  private readonly gconv: GraphConv

  constructor(
    private readonly options: GrapherOptions,
    builder: Builder,
  ) {
    super()
    const { channels, kind, actCfg, normCfg, bias } = options
    const conv = { inChannels: channels, outChannels: channels * 2, actCfg, normCfg, bias }
    this.gconv = this.registerModule('gconv', graphConv(kind, conv, builder))
  }

  /** @param nodes [batch, nodes, channels]; @param others neighbours are of these; @param distances added to how unlike they are, [1, nodes, others] */
  override forward(nodes: tf.Tensor, others: tf.Tensor, distances: tf.Tensor | undefined): tf.Tensor {
    return this.gconv.call(nodes, neighboursOf(others, this.nearest(nodes, others, distances)))
  }

  /** The nodes most alike, by number: [batch, nodes, k]. */
  private nearest(nodes: tf.Tensor, others: tf.Tensor, distances: tf.Tensor | undefined): tf.Tensor {
    const { k, dilation, stochastic, epsilon } = this.options
    const [a, b] = [unitFeatures(stopGradient(nodes)), unitFeatures(stopGradient(others))]
    const products = tf.mul(tf.matMul(a, b, false, true), 2)
    const squares = tf.add(tf.sum(tf.square(a), 2, true), tf.transpose(tf.sum(tf.square(b), 2, true), [0, 2, 1]))
    const closeness = tf.sub(products, distances === undefined ? squares : tf.add(squares, stopGradient(distances)))
    const { indices } = tf.topk(closeness, k * dilation)
    const every = tf.tensor1d(
      Int32Array.from({ length: k }, (_, i) => i * dilation),
      'int32',
    )
    if (!stochastic || !this.training) return dilation === 1 ? indices : tf.gather(indices, every, 2)
    const any = tf.slice(tf.topk(randomUniform([k * dilation]), k * dilation).indices, [0], [k])
    const chosen = tf.where(tf.less(randomUniform([1]), epsilon), any, every)
    return tf.gather(indices, chosen as tf.Tensor1D, 2)
  }
}

/** Between two layers of each place, a convolution over its graph (Han et al. 2022, arXiv 2206.00272). */
export class Grapher extends TensorModule {
  private readonly relativePos: Parameter | undefined
  private readonly fc1: Sequential
  private readonly graphConv: DynamicGraphConv
  private readonly fc2: Sequential
  private readonly dropPath: DropPath
  private readonly pool: AvgPool2d | undefined

  constructor(options: GrapherOptions, builder: Builder) {
    super()
    const { channels, reduction, places } = options
    if (options.relativePos) {
      const init = relativePosInit(channels, places, reduction)
      const shape = [1, places, Math.floor(places / reduction ** 2)]
      this.relativePos = this.registerParameter('relative_pos', new Parameter(shape, { init }))
      this.relativePos.requiresGrad = false
    }
    const fc = (from: number) => new Sequential([new Conv2d(from, channels, 1), buildNorm(builder, { type: 'BN' }, channels)])
    this.fc1 = this.registerModule('fc1', fc(channels))
    this.graphConv = this.registerModule('graph_conv', new DynamicGraphConv(options, builder))
    this.fc2 = this.registerModule('fc2', fc(channels * 2))
    this.dropPath = this.registerModule('drop_path', new DropPath(options.dropPath))
    if (reduction > 1) this.pool = new AvgPool2d({ kernelSize: reduction })
  }

  /** @param x maps [batch, rows, columns, channels] */
  override forward(x: tf.Tensor): tf.Tensor {
    const [batch = 0, rows = 0, columns = 0, channels = 0] = x.shape
    const maps = this.fc1.call(x)
    const nodes = tf.reshape(maps, [batch, rows * columns, channels])
    const others = this.pool === undefined ? nodes : tf.reshape(this.pool.call(maps), [batch, -1, channels])
    const learnt = this.graphConv.call(nodes, others, this.relativePos?.variable)
    const back = this.fc2.call(tf.reshape(learnt, [batch, rows, columns, 2 * channels]))
    return tf.add(this.dropPath.call(back), x)
  }
}

/** Features of length 1, [batch, nodes, channels]. */
function unitFeatures(x: tf.Tensor): tf.Tensor {
  return tf.div(x, tf.maximum(tf.sqrt(tf.sum(tf.square(x), 2, true)), 1e-12))
}

/** Minus twice the mean product of the places' sine and cosine embeddings; the smaller map's places are resampled from the map's. */
function relativePosInit(channels: number, places: number, reduction: number): Initializer {
  return describedInit('minus the likeness of sine and cosine of the places', () => relativePositions(channels, places, reduction))
}

/** [places, places / reduction²]: what is added to the distance of two places (before the sign is turned). */
export function relativePositions(channels: number, places: number, reduction: number): Float32Array {
  const side = Math.floor(Math.sqrt(places))
  const quarter = channels / 4
  // sin·sin + cos·cos of two places is the cosine of their distance.
  const likeness = Array.from({ length: side }, (_, distance) => {
    let sum = 0
    for (let i = 0; i < quarter; i++) sum += Math.cos(distance / 10_000 ** (i / quarter))
    return sum
  })
  const columns = Math.floor(places / reduction ** 2)
  const weights = axisWeights('bicubic', places, columns)
  const values = new Float32Array(places * columns)
  for (let to = 0; to < columns; to++) {
    for (let from = 0; from < places; from++) {
      const weight = weights[to * places + from] ?? 0
      if (weight === 0) continue
      for (let place = 0; place < places; place++) {
        const down = Math.abs(Math.floor(place / side) - Math.floor(from / side))
        const across = Math.abs((place % side) - (from % side))
        const at = place * columns + to
        values[at] = (values[at] ?? 0) - (2 / channels) * weight * ((likeness[down] ?? 0) + (likeness[across] ?? 0))
      }
    }
  }
  return values
}
