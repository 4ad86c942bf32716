import { DT } from '../nativeInternals.js'
import { sizeOf } from '../shapeRules.js'
import { type ShardRule, scopeOf } from './shardRule.js'

/** Where a split of one shape's axis is in another shape of as many elements, both row by row; undefined if its parts are not whole there. */
export function reshapedSplit(
  from: readonly number[],
  to: readonly number[],
  axis: number,
  sizes: readonly number[],
): { axis: number; sizes: number[] } | undefined {
  const before = sizeOf(from.slice(0, axis))
  const inner = sizeOf(from.slice(axis + 1))
  for (const [candidate, size] of to.entries()) {
    if (size === 1 || sizeOf(to.slice(0, candidate)) !== before) continue
    const unit = sizeOf(to.slice(candidate + 1))
    const moved = sizes.map((one) => (one * inner) / unit)
    const fits = moved.every((one) => Number.isInteger(one) && one > 0) && moved.reduce((sum, one) => sum + one, 0) === size
    return fits ? { axis: candidate, sizes: moved } : undefined
  }
  return undefined
}

export const reshape: ShardRule = (node, sharder) => {
  const [input = ''] = node.inputs
  const split = sharder.splitOf(input)
  const [from, to] = [sharder.shape(input), sharder.shape(node.name)]
  if (split === undefined || from === undefined || to === undefined) return undefined
  const moved = reshapedSplit(from, to, split.axis, split.sizes)
  if (moved === undefined) return undefined
  const attributes = { T: { type: sharder.dtype(input) }, Tshape: { type: DT.int32 } }
  const refs = split.refs.map((ref, part) => {
    const shape = to.map((size, axis) => (axis === moved.axis ? (moved.sizes[part] ?? 0) : size))
    return sharder.graph.add('Reshape', [ref, sharder.intConstant(shape, [shape.length])], attributes, scopeOf(node))
  })
  return [{ ...moved, refs }]
}
