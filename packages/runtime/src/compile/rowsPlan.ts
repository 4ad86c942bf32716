import { flagOf } from './attributes.js'
import type { GraphNode } from './graph.js'
import { sizeOf } from './shapeRules.js'

type Shape = readonly number[]

/** Number by number. */
const ELEMENTWISE = new Set(
  (
    'Abs Cast Elu Erf Exp Log Neg Reciprocal Relu Relu6 Rsqrt Selu Sigmoid Softplus Sqrt Square Tanh ' +
    'Add AddN AddV2 Div Maximum Minimum Mul RealDiv ReluGrad Relu6Grad SquaredDifference Sub'
  ).split(' '),
)

/** The shapes in which an op is computed instead; of an input undefined: as it is, `axis`: the number of the last axis. */
export interface RowsPlan {
  readonly inputs: readonly (Shape | 'axis' | undefined)[]
  readonly output: Shape
}

/**
 * Whether an op on [..., channels] can be computed on [rows, channels], as one of its inputs was before it was reshaped.
 * @param shapes of the inputs
 * @param sources shapes of the inputs before they were reshaped
 * @param output the op's
 */
export function rowsPlan(node: GraphNode, shapes: readonly Shape[], sources: readonly Shape[], output: Shape): RowsPlan | undefined {
  const isMean = node.op === 'Mean' && flagOf(node.attributes, 'keep_dims') && output.at(-1) === 1
  const full = isMean ? (shapes[0] ?? []) : output
  if (full.length < 3 || node.inputs.some((input) => input.startsWith('^'))) return undefined
  const rows = sizeOf(full.slice(0, -1))
  const channels = full.at(-1) ?? 1
  const wasRows = sources.some((source, at) => source.length === 2 && equal(shapes[at] ?? [], full) && equal(source, [rows, channels]))
  if (!wasRows) return undefined
  if (isMean) return sizeOf(output) === rows ? { inputs: [[rows, channels], 'axis'], output: [rows, 1] } : undefined
  if (!ELEMENTWISE.has(node.op)) return undefined
  const inputs: (Shape | undefined)[] = []
  for (const shape of shapes) {
    if (equal(shape, full)) inputs.push([rows, channels])
    else if (shape.length === 0 || equal(shape, [channels])) inputs.push(undefined)
    else if (equal(shape, [...full.slice(0, -1), 1])) inputs.push([rows, 1])
    else return undefined
  }
  return { inputs, output: [rows, channels] }
}

const equal = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((size, at) => size === b[at])
