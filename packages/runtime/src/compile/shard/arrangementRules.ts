import { intOf } from '../attributes.js'
import { fromEnd } from '../shapeRules.js'
import { largestSplit, perPart, type ShardRule, transposed } from './shardRule.js'

export const transpose: ShardRule = (node, sharder) => {
  const [input = '', perm = ''] = node.inputs
  const split = sharder.splitOf(input)
  const axes = sharder.ints(perm)
  if (split === undefined || axes === undefined) return undefined
  const whole = sharder.whole(perm)
  const [refs = []] = perPart(
    node,
    sharder,
    split.refs.map((ref) => [ref, whole]),
  )
  return [{ ...split, axis: axes.indexOf(split.axis), refs }]
}

export const reverse: ShardRule = (node, sharder) => {
  const [input = '', axesRef = ''] = node.inputs
  const split = sharder.splitOf(input)
  const rank = sharder.shape(input)?.length ?? 0
  if (split === undefined || sharder.ints(axesRef)?.some((axis) => fromEnd(axis, rank) === split.axis) !== false) return undefined
  const whole = sharder.whole(axesRef)
  const [refs = []] = perPart(
    node,
    sharder,
    split.refs.map((ref) => [ref, whole]),
  )
  return [{ ...split, refs }]
}

export const pack: ShardRule = (node, sharder) => {
  const leader = largestSplit(node.inputs, sharder)
  if (leader === undefined) return undefined
  const { axis, sizes } = leader.split
  const at = fromEnd(intOf(node.attributes, 'axis') ?? 0, (sharder.shape(node.inputs[0] ?? '')?.length ?? 0) + 1)
  const inputs = node.inputs.map((input) => sharder.along(input, axis, sizes))
  const [refs = []] = perPart(node, sharder, transposed(inputs, sizes.length))
  return [{ axis: axis >= at ? axis + 1 : axis, sizes, refs }]
}

export const unpack: ShardRule = (node, sharder) => {
  const [input = ''] = node.inputs
  const split = sharder.splitOf(input)
  const at = fromEnd(intOf(node.attributes, 'axis') ?? 0, sharder.shape(input)?.length ?? 0)
  if (split === undefined || split.axis === at) return undefined
  const outputs = perPart(
    node,
    sharder,
    split.refs.map((ref) => [ref]),
    intOf(node.attributes, 'num') ?? 0,
  )
  return outputs.map((refs) => ({ ...split, axis: split.axis > at ? split.axis - 1 : split.axis, refs }))
}

export const concat: ShardRule = (node, sharder) => {
  const tensors = node.inputs.slice(0, -1)
  const axisRef = node.inputs.at(-1) ?? ''
  const leader = largestSplit(tensors, sharder)
  const at = sharder.ints(axisRef)?.[0]
  if (leader === undefined || at === undefined) return undefined
  const { axis, sizes } = leader.split
  if (fromEnd(at, sharder.shape(tensors[0] ?? '')?.length ?? 0) === axis) return undefined
  const inputs = tensors.map((input) => sharder.along(input, axis, sizes))
  const whole = sharder.whole(axisRef)
  const [refs = []] = perPart(
    node,
    sharder,
    transposed(inputs, sizes.length).map((part) => [...part, whole]),
  )
  return [{ axis, sizes, refs }]
}

export const slice: ShardRule = (node, sharder) => {
  const [input = '', beginRef = '', sizeRef = ''] = node.inputs
  const split = sharder.splitOf(input)
  const [begin, size] = [sharder.ints(beginRef), sharder.ints(sizeRef)]
  if (split === undefined || begin === undefined || size === undefined) return undefined
  const total = sharder.shape(input)?.[split.axis]
  const kept = size[split.axis]
  if (begin[split.axis] !== 0 || (kept !== -1 && kept !== total)) return undefined
  const inputs = split.refs.map((ref, part) => {
    const own = size.map((one, axis) => (axis === split.axis ? (split.sizes[part] ?? 0) : one))
    return [ref, sharder.whole(beginRef), sharder.intConstant(own, [own.length])]
  })
  const [refs = []] = perPart(node, sharder, inputs)
  return [{ ...split, refs }]
}

export const pad: ShardRule = (node, sharder) => {
  const [input = '', ...rest] = node.inputs
  const split = sharder.splitOf(input)
  const paddings = sharder.ints(rest[0] ?? '')
  if (split === undefined || paddings === undefined) return undefined
  if (paddings[2 * split.axis] !== 0 || paddings[2 * split.axis + 1] !== 0) return undefined
  const wholes = rest.map((ref) => sharder.whole(ref))
  const [refs = []] = perPart(
    node,
    sharder,
    split.refs.map((ref) => [ref, ...wholes]),
  )
  return [{ ...split, refs }]
}
