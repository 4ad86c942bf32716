import { flagOf } from '../attributes.js'
import { DT } from '../nativeInternals.js'
import { fromEnd } from '../shapeRules.js'
import { perPart, type ShardRule, scopeOf } from './shardRule.js'

/** Over other axes part by part; over the split axis a sum of the parts' sums. */
export const reduce: ShardRule = (node, sharder) => {
  const [input = '', axesRef = ''] = node.inputs
  const split = sharder.splitOf(input)
  const shape = sharder.shape(input) ?? []
  const axes = sharder.ints(axesRef)?.map((axis) => fromEnd(axis, shape.length))
  if (split === undefined || axes === undefined) return undefined
  const inputs = split.refs.map((ref) => [ref, sharder.whole(axesRef)])
  if (!axes.includes(split.axis)) {
    const [refs = []] = perPart(node, sharder, inputs)
    const before = flagOf(node.attributes, 'keep_dims') ? 0 : axes.filter((axis) => axis < split.axis).length
    return [{ ...split, axis: split.axis - before, refs }]
  }
  if (node.op !== 'Sum' && node.op !== 'Mean') return undefined
  const [addends = []] = perPart({ ...node, op: 'Sum' }, sharder, inputs)
  if (node.op === 'Sum') return [{ addends }]
  if (sharder.dtype(input) !== DT.float) return undefined
  const count = axes.reduce((size, axis) => size * (shape[axis] ?? 1), 1)
  const factor = sharder.graph.constant(DT.float, [], 1 / count)
  const type = { T: { type: DT.float } }
  return [{ whole: sharder.graph.add('Mul', [sharder.sum(addends, DT.float, scopeOf(node)), factor], type, scopeOf(node)) }]
}
