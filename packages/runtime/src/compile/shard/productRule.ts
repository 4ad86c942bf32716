import { flagOf } from '../attributes.js'
import { DT } from '../nativeInternals.js'
import { sizeOf } from '../shapeRules.js'
import { partSizes } from './sharder.js'
import { perPart, type ShardRule, transposed } from './shardRule.js'

/** Multiplications from which on a product of whole values is worth cutting. */
const WORTH_CUTTING = 1 << 21

/** Matrix products: in parts along a batch axis, along the rows of the left side or the columns of the right, or as a sum over the inner axis. */
export const product: ShardRule = (node, sharder) => {
  const [x = '', y = ''] = node.inputs
  const [xShape = [], yShape = []] = [sharder.shape(x), sharder.shape(y)]
  const rank = Math.max(xShape.length, yShape.length)
  const xTurned = flagOf(node.attributes, 'adj_x') || flagOf(node.attributes, 'transpose_a')
  const yTurned = flagOf(node.attributes, 'adj_y') || flagOf(node.attributes, 'transpose_b')
  const rows = xShape.length - (xTurned ? 1 : 2)
  const xInner = xShape.length - (xTurned ? 2 : 1)
  const columns = yShape.length - (yTurned ? 2 : 1)
  const yInner = yShape.length - (yTurned ? 1 : 2)
  const emit = (left: readonly string[], right: readonly string[]) =>
    perPart(node, sharder, transposed([left, right], left.length))[0] ?? []
  const everywhere = (ref: string, sizes: readonly number[]) => sizes.map(() => sharder.whole(ref))

  const cut = sharder.splitOf(x) ?? ownRows()
  const other = sharder.splitOf(y)
  if (cut !== undefined) {
    const { axis, sizes } = cut
    if (axis === rows) return [{ axis: rank - 2, sizes, refs: emit(sharder.along(x, axis, sizes), everywhere(y, sizes)) }]
    if (axis === xInner && sharder.dtype(x) === DT.bfloat16 && wholeIsCheaper(xShape, yShape, sharder.shape(node.name) ?? []))
      return undefined
    if (axis === xInner) return [{ addends: emit(sharder.along(x, axis, sizes), sharder.along(y, yInner, sizes)) }]
    const yAxis = axis - xShape.length + yShape.length
    const shared = yAxis >= 0 && yShape[yAxis] === xShape[axis]
    const right = shared ? sharder.along(y, yAxis, sizes) : everywhere(y, sizes)
    return [{ axis: axis - xShape.length + rank, sizes, refs: emit(sharder.along(x, axis, sizes), right) }]
  }
  if (other === undefined) return undefined
  const { axis, sizes } = other
  if (axis === columns) return [{ axis: rank - 1, sizes, refs: emit(everywhere(x, sizes), other.refs) }]
  if (axis === yInner) return [{ addends: emit(sharder.along(x, xInner, sizes), other.refs) }]
  const xAxis = axis - yShape.length + xShape.length
  const shared = xAxis >= 0 && xShape[xAxis] === yShape[axis]
  const left = shared ? sharder.along(x, xAxis, sizes) : everywhere(x, sizes)
  return [{ axis: axis - yShape.length + rank, sizes, refs: emit(left, other.refs) }]

  /** Nothing is in parts yet (a batch of one): the rows of a large product are. */
  function ownRows() {
    const count = xShape[rows] ?? 0
    const large = sizeOf(xShape) * (yShape[columns] ?? 0) >= WORTH_CUTTING
    if (!large || count < 2 * sharder.parts || sharder.splitOf(y) !== undefined) return undefined
    return { axis: rows, sizes: partSizes(count, sharder.parts) }
  }
}

/**
 * Whether a sum over the inner axis, in bfloat16, is better one product of whole values: a gradient of weights that are larger than what they
 * are applied to. As parts' products each number of it is written, cast and added up once a part (28 bytes moved instead of 8), while
 * putting the operands together moves 4 bytes for each of their numbers. The other thread finds the next product meanwhile.
 */
export function wholeIsCheaper(x: readonly number[], y: readonly number[], result: readonly number[]): boolean {
  return 2 * sizeOf(result) >= sizeOf(x) + sizeOf(y)
}
