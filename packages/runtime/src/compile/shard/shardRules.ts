import { intOf } from '../attributes.js'
import type { GraphNode } from '../graph.js'
import { concat, pack, pad, reverse, slice, transpose, unpack } from './arrangementRules.js'
import { convolutionShardRules } from './convolutionRules.js'
import { product } from './productRule.js'
import { reduce } from './reductionRule.js'
import { reshape } from './reshapeRule.js'
import { largestSplit, perPart, type ShardRule, transposed } from './shardRule.js'

/** Inputs aligned from the last axis on, as broadcasting does. */
const elementwise: ShardRule = (node, sharder) => {
  const shapes = node.inputs.map((input) => sharder.shape(input) ?? [])
  const rank = Math.max(...shapes.map((shape) => shape.length))
  const leader = largestSplit(node.inputs, sharder)
  if (leader === undefined) return undefined
  const { split, index } = leader
  const axis = split.axis - (shapes[index]?.length ?? 0) + rank
  const total = shapes[index]?.[split.axis]
  const inputs = node.inputs.map((input, at) => {
    const own = axis - rank + (shapes[at]?.length ?? 0)
    // Missing or of size one here: broadcast over the parts as well.
    if (own < 0 || shapes[at]?.[own] !== total) return split.sizes.map(() => sharder.whole(input))
    return sharder.along(input, own, split.sizes)
  })
  const [refs = []] = perPart(node, sharder, transposed(inputs, split.sizes.length))
  return [{ axis, sizes: split.sizes, refs }]
}

const cast: ShardRule = (node, sharder) => {
  const [input = ''] = node.inputs
  const addends = sharder.addendsOf(input)
  if (addends === undefined) return elementwise(node, sharder)
  // Sums of bfloat16 parts are made in float32.
  const [refs = []] = perPart(
    node,
    sharder,
    addends.map((ref) => [ref]),
  )
  return [{ addends: refs }]
}

/** All inputs of one shape; the op may not mix what lies along the split axis. */
const sameShape =
  (mixes: (node: GraphNode, axis: number, rank: number) => boolean): ShardRule =>
  (node, sharder) => {
    const shapes = node.inputs.map((input) => sharder.shape(input) ?? [])
    if (new Set(shapes.map(String)).size > 1) return undefined
    const leader = largestSplit(node.inputs, sharder)
    if (leader === undefined || mixes(node, leader.split.axis, shapes[0]?.length ?? 0)) return undefined
    return elementwise(node, sharder)
  }

/** A sum over all axes but the last. */
const biasGradient: ShardRule = (node, sharder) => {
  const [input = ''] = node.inputs
  const split = sharder.splitOf(input)
  if (split === undefined) return undefined
  const [refs = []] = perPart(
    node,
    sharder,
    split.refs.map((ref) => [ref]),
  )
  return [split.axis === (sharder.shape(input)?.length ?? 0) - 1 ? { axis: 0, sizes: split.sizes, refs } : { addends: refs }]
}

/** With statistics that are given (is_training false): the same for every sample and place. */
const batchNorm: ShardRule = (node, sharder) => {
  const [input = '', ...channels] = node.inputs
  const split = sharder.splitOf(input)
  const training = node.attributes['is_training']
  if (split === undefined || split.axis === 3 || training === undefined || !('bool' in training) || training.bool) return undefined
  const wholes = channels.map((ref) => sharder.whole(ref))
  const [refs = [], ...rest] = perPart(
    node,
    sharder,
    split.refs.map((ref) => [ref, ...wholes]),
    5,
  )
  return [{ ...split, refs }, ...rest.map(([whole = '']) => ({ whole }))]
}

/** The first input in parts, new axes behind them, the others whole. */
const oneHot: ShardRule = (node, sharder) => {
  const [indices = '', ...rest] = node.inputs
  const split = sharder.splitOf(indices)
  if (split === undefined || (intOf(node.attributes, 'axis') ?? -1) !== -1) return undefined
  const wholes = rest.map((ref) => sharder.whole(ref))
  const [refs = []] = perPart(
    node,
    sharder,
    split.refs.map((ref) => [ref, ...wholes]),
  )
  return [{ ...split, refs }]
}

const named = (names: string, rule: ShardRule): [string, ShardRule][] => names.split(' ').map((name) => [name, rule])
const overLast = sameShape((_, axis, rank) => axis === rank - 1)

export const SHARD_RULES: ReadonlyMap<string, ShardRule> = new Map([
  ...named('Abs Acos Acosh Asin Asinh Atan Atanh Ceil Cos Cosh Elu Erf Exp Expm1 Floor Log Log1p Neg Reciprocal Relu Relu6', elementwise),
  ...named('Round Rsqrt Selu Sigmoid Sign Sin Sinh Softplus Sqrt Square Tan Tanh LeakyRelu ZerosLike OnesLike Identity', elementwise),
  ...named('Add AddV2 Sub Mul Div RealDiv DivNoNan Maximum Minimum Pow FloorDiv FloorMod Mod SquaredDifference Atan2 BiasAdd', elementwise),
  ...named('Equal NotEqual Greater GreaterEqual Less LessEqual LogicalAnd LogicalOr LogicalNot IsNan IsInf IsFinite', elementwise),
  ...named(
    'AddN EluGrad ReluGrad Relu6Grad Select',
    sameShape(() => false),
  ),
  ...named('Softmax LogSoftmax', overLast),
  ...named('Sum Mean Max Min Prod All Any', reduce),
  ...named('Reshape ExpandDims', reshape),
  ...named('BatchMatMulV2 MatMul', product),
  ...named('PadV2 MirrorPad', pad),
  ['BiasAddGrad', biasGradient],
  ['FusedBatchNorm', batchNorm],
  ['Cast', cast],
  ['Transpose', transpose],
  ['ReverseV2', reverse],
  ['Pack', pack],
  ['Unpack', unpack],
  ['ConcatV2', concat],
  ['Slice', slice],
  ['OneHot', oneHot],
  ...convolutionShardRules(),
])
