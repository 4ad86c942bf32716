import { named, type OnnxRule, type OpToExport } from './onnxRule.js'

/** The last two axes exchanged. */
function adjoint(op: OpToExport, index: number): string {
  const rank = op.rank(index)
  const perm = Array.from({ length: rank }, (_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis))
  return op.builder.one('Transpose', [op.value(index)], { perm: { ints: perm } })
}

const product: OnnxRule = (op) => {
  const a = op.flag('adj_x') || op.flag('transpose_a') ? adjoint(op, 0) : op.value(0)
  const b = op.flag('adj_y') || op.flag('transpose_b') ? adjoint(op, 1) : op.value(1)
  return op.builder.one('MatMul', [a, b])
}

/** Of opset 17: sums take their axes as an input, the others as an attribute. */
const reduce: OnnxRule = (op) => {
  const axes = op.axes(1, op.rank(0))
  const keepdims = { keepdims: { int: Number(op.flag('keep_dims')) } }
  if (axes.length === 0) return op.value(0)
  if (op.node.op === 'Sum') return op.builder.one('ReduceSum', [op.value(0), op.builder.ints(axes)], keepdims)
  return op.builder.one(`Reduce${op.node.op}`, [op.value(0)], { axes: { ints: axes }, ...keepdims })
}

/** Matrix products and reductions. */
export const PRODUCTS: readonly [string, OnnxRule][] = [
  ...named('BatchMatMulV2 MatMul', product),
  ...named('Sum Mean Max Min Prod', reduce),
]
