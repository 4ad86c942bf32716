import type { Builder } from '@tessera/core'
import {
  buildActivation,
  buildNorm,
  Conv2d,
  differentiable,
  gatherRows,
  Module,
  Parameter,
  Sequential,
  type TensorModule,
  zeros,
} from '@tessera/nn'
import { tf } from '@tessera/runtime'

export const GRAPH_CONVOLUTIONS = ['edge', 'mr', 'sage', 'gin'] as const
export type GraphConvolutionKind = (typeof GRAPH_CONVOLUTIONS)[number]

export interface GraphConvOptions {
  readonly inChannels: number
  readonly outChannels: number
  readonly actCfg: object
  readonly normCfg: object
  readonly bias: boolean
}

/** A 1×1 convolution in four groups, norm, activation: `0`, `1`, `2`. */
function basicConv(inChannels: number, outChannels: number, { actCfg, normCfg, bias }: GraphConvOptions, builder: Builder): Sequential {
  const layers: TensorModule[] = [
    new Conv2d(inChannels, outChannels, 1, { groups: 4, bias }),
    buildNorm(builder, normCfg, outChannels),
    buildActivation(builder, actCfg),
  ]
  return new Sequential(layers)
}

/** What a node learns from its neighbours: node features [batch, nodes, channels], neighbours' [batch, nodes, k, channels]. */
export abstract class GraphConv extends Module {
  abstract override forward(nodes: tf.Tensor, neighbours: tf.Tensor): tf.Tensor
}

/** A 1×1 convolution of features [batch, nodes, channels]. */
function ofNodes(layer: TensorModule, nodes: tf.Tensor): tf.Tensor {
  return tf.squeeze(layer.call(tf.expandDims(nodes, 2)), [2])
}

/**
 * The largest over the neighbours: [batch, nodes, k, channels] → [batch, nodes, channels]. Those that are equally large share the gradient
 * (tf.max gives each of them all of it; an edge convolution's first groups see the node alone, and are the same for every neighbour).
 */
function largestOf(x: tf.Tensor): tf.Tensor {
  return differentiable([x], (save) => {
    const value = tf.max(x, 2)
    save([x, value])
    return {
      value,
      gradFunc: (dy, [given, largest]) => {
        const isLargest = tf.cast(tf.equal(given as tf.Tensor, tf.expandDims(largest as tf.Tensor, 2)), 'float32')
        return [tf.mul(isLargest, tf.div(tf.expandDims(dy, 2), tf.sum(isLargest, 2, true)))]
      },
    }
  })
}

/** Each node beside the largest difference to a neighbour (max-relative; Li et al. 2019, arXiv 1904.03751). */
class MaxRelativeConv extends GraphConv {
  private readonly nn: Sequential

  constructor(options: GraphConvOptions, builder: Builder) {
    super()
    this.nn = this.registerModule('nn', basicConv(options.inChannels * 2, options.outChannels, options, builder))
  }

  override forward(nodes: tf.Tensor, neighbours: tf.Tensor): tf.Tensor {
    const [batch = 0, count = 0, channels = 0] = nodes.shape
    const largest = largestOf(tf.sub(neighbours, tf.expandDims(nodes, 2)))
    // A channel of the one, then of the other.
    return ofNodes(this.nn, tf.reshape(tf.stack([nodes, largest], 3), [batch, count, 2 * channels]))
  }
}

/** A convolution of node and difference to each neighbour, the largest counts (Wang et al. 2018, arXiv 1801.07829). */
class EdgeConv extends GraphConv {
  private readonly nn: Sequential

  constructor(options: GraphConvOptions, builder: Builder) {
    super()
    this.nn = this.registerModule('nn', basicConv(options.inChannels * 2, options.outChannels, options, builder))
  }

  override forward(nodes: tf.Tensor, neighbours: tf.Tensor): tf.Tensor {
    const centre = tf.add(tf.zerosLike(neighbours), tf.expandDims(nodes, 2))
    return largestOf(this.nn.call(tf.concat([centre, tf.sub(neighbours, centre)], 3)))
  }
}

/** The neighbours' convolved features, the largest, beside the node's own (Hamilton et al. 2017, arXiv 1706.02216). */
class GraphSage extends GraphConv {
  private readonly nn1: Sequential
  private readonly nn2: Sequential

  constructor(options: GraphConvOptions, builder: Builder) {
    super()
    const { inChannels, outChannels } = options
    this.nn1 = this.registerModule('nn1', basicConv(inChannels, inChannels, options, builder))
    this.nn2 = this.registerModule('nn2', basicConv(inChannels * 2, outChannels, options, builder))
  }

  override forward(nodes: tf.Tensor, neighbours: tf.Tensor): tf.Tensor {
    return ofNodes(this.nn2, tf.concat([nodes, largestOf(this.nn1.call(neighbours))], 2))
  }
}

/** The node's features, weighted by a learnt number, and the sum of its neighbours' (Xu et al. 2018, arXiv 1810.00826). */
class GraphIsomorphismConv extends GraphConv {
  private readonly nn: Sequential
  private readonly eps: Parameter

  constructor(options: GraphConvOptions, builder: Builder) {
    super()
    this.eps = this.registerParameter('eps', new Parameter([1], { init: zeros }))
    this.nn = this.registerModule('nn', basicConv(options.inChannels, options.outChannels, options, builder))
  }

  override forward(nodes: tf.Tensor, neighbours: tf.Tensor): tf.Tensor {
    return ofNodes(this.nn, tf.add(tf.mul(nodes, tf.add(this.eps.variable, 1)), tf.sum(neighbours, 2)))
  }
}

const KINDS = { edge: EdgeConv, mr: MaxRelativeConv, sage: GraphSage, gin: GraphIsomorphismConv } as const

export function graphConv(kind: GraphConvolutionKind, options: GraphConvOptions, builder: Builder): GraphConv {
  return new KINDS[kind](options, builder)
}

/** @param features [batch, nodes, channels]; @param index [batch, queries, k] whole numbers. Gives [batch, queries, k, channels]. */
export function neighboursOf(features: tf.Tensor, index: tf.Tensor): tf.Tensor {
  const [batch = 0, nodes = 0, channels = 0] = features.shape
  const offsets = tf.tensor3d(
    Int32Array.from({ length: batch }, (_, i) => i * nodes),
    [batch, 1, 1],
    'int32',
  )
  const rows = gatherRows(tf.reshape(features, [batch * nodes, channels]), tf.reshape(tf.add(index, offsets), [-1]) as tf.Tensor1D)
  return tf.reshape(rows, [...index.shape, channels])
}
