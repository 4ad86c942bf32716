import type { GraphNode } from '../graph.js'
import type { Sharder } from './sharder.js'
import { perPart, type ShardRule, transposed } from './shardRule.js'

/** Images in parts along the batch; everything that tfjs-node emits is NHWC. */
function batchOf(node: GraphNode, sharder: Sharder, images: readonly number[]): readonly number[] | undefined {
  for (const index of images) {
    const split = sharder.splitOf(node.inputs[index] ?? '')
    if (split?.axis === 0) return split.sizes
  }
  return undefined
}

/** @param images which inputs are batches; @param sizes which is the shape of a batch, as integers */
function inBatches(images: readonly number[], sizes?: number): ShardRule {
  return (node, sharder) => {
    const parts = batchOf(node, sharder, images)
    if (parts === undefined) return undefined
    const shape = sizes === undefined ? [] : sharder.ints(node.inputs[sizes] ?? '')
    if (shape === undefined) return undefined
    const inputs = node.inputs.map((input, index) => {
      if (images.includes(index)) return sharder.along(input, 0, parts)
      if (index === sizes) return parts.map((part) => sharder.intConstant([part, ...shape.slice(1)], [shape.length]))
      return parts.map(() => sharder.whole(input))
    })
    const [refs = []] = perPart(node, sharder, transposed(inputs, parts.length))
    return [{ axis: 0, sizes: parts, refs }]
  }
}

/** A filter's gradient: the sum of those of the parts. */
const filterGradient: ShardRule = (node, sharder) => {
  const parts = batchOf(node, sharder, [0, 2])
  if (parts === undefined) return undefined
  const inputs = node.inputs.map((input, index) => (index === 1 ? parts.map(() => sharder.whole(input)) : sharder.along(input, 0, parts)))
  const [addends = []] = perPart(node, sharder, transposed(inputs, parts.length))
  return [{ addends }]
}

export function convolutionShardRules(): [string, ShardRule][] {
  return [
    ['Conv2D', inBatches([0])],
    ['Conv2DBackpropInput', inBatches([2], 0)],
    ['Conv2DBackpropFilter', filterGradient],
    ['DepthwiseConv2dNative', inBatches([0])],
    ['DepthwiseConv2dNativeBackpropInput', inBatches([2], 0)],
    ['DepthwiseConv2dNativeBackpropFilter', filterGradient],
    ['MaxPool', inBatches([0])],
    ['MaxPoolGrad', inBatches([0, 1, 2])],
    ['AvgPool', inBatches([0])],
    ['AvgPoolGrad', inBatches([1], 0)],
    ['ResizeBilinear', inBatches([0])],
    ['ResizeNearestNeighbor', inBatches([0])],
  ]
}
