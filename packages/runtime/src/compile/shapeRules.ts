import { TesseraError } from '@tessera/core'
import { type Attributes, flagOf, intOf, typeOf } from './attributes.js'
import { convolutionRules } from './convolutionShapes.js'
import { DT } from './nativeInternals.js'

export interface ShapeAndType {
  readonly shape: number[]
  readonly dtype: number
}

/** What a rule may ask of an op's inputs. */
export interface OpInputs {
  readonly op: string
  readonly attributes: Attributes
  readonly count: number
  shape(index: number): readonly number[]
  dtype(index: number): number
  /** The values of an input that is the same in every step; an error for one that is not. */
  ints(index: number): number[]
}

export type ShapeRule = (inputs: OpInputs, outputs: number) => ShapeAndType[]

const like =
  (index: number, dtype?: number): ShapeRule =>
  (inputs) => [{ shape: [...inputs.shape(index)], dtype: dtype ?? inputs.dtype(index) }]

const same = like(0)

const broadcastTo =
  (dtype?: number): ShapeRule =>
  (inputs) => [{ shape: broadcast(inputs.shape(0), inputs.shape(1)), dtype: dtype ?? inputs.dtype(0) }]

const reduce =
  (dtype?: number): ShapeRule =>
  (inputs) => {
    const shape = inputs.shape(0)
    const axes = new Set(inputs.ints(1).map((axis) => fromEnd(axis, shape.length)))
    const keep = flagOf(inputs.attributes, 'keep_dims')
    const reduced = keep ? shape.map((size, axis) => (axes.has(axis) ? 1 : size)) : shape.filter((_, axis) => !axes.has(axis))
    return [{ shape: reduced, dtype: dtype ?? inputs.dtype(0) }]
  }

const product: ShapeRule = (inputs) => {
  const [a, b] = [inputs.shape(0), inputs.shape(1)]
  const transposed = (name: string, other: string) => flagOf(inputs.attributes, name) || flagOf(inputs.attributes, other)
  const rows = a[a.length - (transposed('adj_x', 'transpose_a') ? 1 : 2)] ?? 0
  const columns = b[b.length - (transposed('adj_y', 'transpose_b') ? 2 : 1)] ?? 0
  return [{ shape: [...broadcast(a.slice(0, -2), b.slice(0, -2)), rows, columns], dtype: inputs.dtype(0) }]
}

const sizesIn =
  (index: number, dtype: (inputs: OpInputs) => number): ShapeRule =>
  (inputs) => [{ shape: inputs.ints(index), dtype: dtype(inputs) }]

const reshape: ShapeRule = (inputs) => {
  const wanted = inputs.ints(1)
  const known = wanted.reduce((size, one) => (one < 0 ? size : size * one), 1)
  const size = sizeOf(inputs.shape(0))
  return [{ shape: wanted.map((one) => (one < 0 ? size / known : one)), dtype: inputs.dtype(0) }]
}

const concat: ShapeRule = (inputs) => {
  const first = inputs.shape(0)
  const axis = fromEnd(inputs.ints(inputs.count - 1)[0] ?? 0, first.length)
  let total = 0
  for (let index = 0; index < inputs.count - 1; index++) total += inputs.shape(index)[axis] ?? 0
  return [{ shape: first.map((size, at) => (at === axis ? total : size)), dtype: inputs.dtype(0) }]
}

const slice: ShapeRule = (inputs) => {
  const begin = inputs.ints(1)
  const shape = inputs.shape(0)
  return [
    { shape: inputs.ints(2).map((size, axis) => (size < 0 ? (shape[axis] ?? 0) - (begin[axis] ?? 0) : size)), dtype: inputs.dtype(0) },
  ]
}

const split: ShapeRule = (inputs) => {
  const shape = inputs.shape(0)
  const axis = fromEnd(inputs.ints(2)[0] ?? 0, shape.length)
  return inputs.ints(1).map((size) => ({ shape: shape.map((old, at) => (at === axis ? size : old)), dtype: inputs.dtype(0) }))
}

const pack: ShapeRule = (inputs) => {
  const shape = [...inputs.shape(0)]
  const axis = fromEnd(intOf(inputs.attributes, 'axis') ?? 0, shape.length + 1)
  return [{ shape: [...shape.slice(0, axis), inputs.count, ...shape.slice(axis)], dtype: inputs.dtype(0) }]
}

const unpack: ShapeRule = (inputs, outputs) => {
  const shape = inputs.shape(0)
  const axis = fromEnd(intOf(inputs.attributes, 'axis') ?? 0, shape.length)
  return Array.from({ length: outputs }, () => ({ shape: shape.filter((_, at) => at !== axis), dtype: inputs.dtype(0) }))
}

const gather: ShapeRule = (inputs) => {
  const shape = inputs.shape(0)
  const indices = inputs.shape(1)
  const axis = fromEnd(inputs.ints(2)[0] ?? 0, shape.length)
  const batch = fromEnd(intOf(inputs.attributes, 'batch_dims') ?? 0, indices.length)
  return [{ shape: [...shape.slice(0, axis), ...indices.slice(batch), ...shape.slice(axis + 1)], dtype: inputs.dtype(0) }]
}

const pad: ShapeRule = (inputs) => {
  const paddings = inputs.ints(1)
  return [
    {
      shape: inputs.shape(0).map((size, axis) => size + (paddings[2 * axis] ?? 0) + (paddings[2 * axis + 1] ?? 0)),
      dtype: inputs.dtype(0),
    },
  ]
}

const tile: ShapeRule = (inputs) => {
  const times = inputs.ints(1)
  return [{ shape: inputs.shape(0).map((size, axis) => size * (times[axis] ?? 1)), dtype: inputs.dtype(0) }]
}

const transpose: ShapeRule = (inputs) => {
  const shape = inputs.shape(0)
  return [{ shape: inputs.ints(1).map((axis) => shape[axis] ?? 0), dtype: inputs.dtype(0) }]
}

const expandDims: ShapeRule = (inputs) => {
  const shape = [...inputs.shape(0)]
  const axis = fromEnd(inputs.ints(1)[0] ?? 0, shape.length + 1)
  return [{ shape: [...shape.slice(0, axis), 1, ...shape.slice(axis)], dtype: inputs.dtype(0) }]
}

const oneHot: ShapeRule = (inputs) => [{ shape: [...inputs.shape(0), inputs.ints(1)[0] ?? 0], dtype: inputs.dtype(2) }]

const arg: ShapeRule = (inputs) => {
  const shape = inputs.shape(0)
  const axis = fromEnd(inputs.ints(1)[0] ?? 0, shape.length)
  return [{ shape: shape.filter((_, at) => at !== axis), dtype: DT.int32 }]
}

const topK: ShapeRule = (inputs) => {
  const shape = [...inputs.shape(0).slice(0, -1), inputs.ints(1)[0] ?? 1]
  return [
    { shape, dtype: inputs.dtype(0) },
    { shape, dtype: DT.int32 },
  ]
}

const batchNorm: ShapeRule = (inputs, outputs) =>
  Array.from({ length: outputs }, (_, index) => ({ shape: [...inputs.shape(index === 0 ? 0 : 1)], dtype: inputs.dtype(0) }))

const named = (names: string, rule: ShapeRule): [string, ShapeRule][] => names.split(' ').map((name) => [name, rule])

/** Shapes of the outputs by op. One that is missing here is found by running the op on zeros: never wrong, only slower. */
export const SHAPE_RULES: ReadonlyMap<string, ShapeRule> = new Map([
  ...named('Abs Acos Acosh Asin Asinh Atan Atanh Ceil Cos Cosh Elu Erf Exp Expm1 Floor Log Log1p Neg Reciprocal Relu Relu6', same),
  ...named('Round Rsqrt Selu Sigmoid Sign Sin Sinh Softmax LogSoftmax Softplus Sqrt Square Tan Tanh LeakyRelu Cumsum Cumprod', same),
  ...named('FFT IFFT', same),
  ...named('Complex', like(0, DT.complex64)),
  ...named('Real Imag ComplexAbs', like(0, DT.float)),
  ...named('ZerosLike OnesLike ReverseV2 EluGrad Identity StopGradient BiasAdd AddN GeluGrad ReluGrad Relu6Grad', same),
  ...named('IsNan IsInf IsFinite LogicalNot', like(0, DT.bool)),
  ...named('Add AddV2 Sub Mul Div RealDiv DivNoNan Maximum Minimum Pow FloorDiv FloorMod Mod SquaredDifference Atan2', broadcastTo()),
  ...named('Equal NotEqual Greater GreaterEqual Less LessEqual LogicalAnd LogicalOr', broadcastTo(DT.bool)),
  ...named('Sum Mean Max Min Prod', reduce()),
  ...named('All Any', reduce(DT.bool)),
  ...named('BatchMatMulV2 MatMul', product),
  ...named(
    'StatelessRandomUniform StatelessRandomNormal',
    sizesIn(0, () => DT.float),
  ),
  ...named('PadV2 MirrorPad', pad),
  ...named('ArgMax ArgMin', arg),
  ['Fill', sizesIn(0, (inputs) => inputs.dtype(1))],
  ['Cast', (inputs) => [{ shape: [...inputs.shape(0)], dtype: typeOf(inputs.attributes, 'DstT') ?? DT.float }]],
  ['Select', like(1)],
  ['FusedBatchNorm', batchNorm],
  ['Reshape', reshape],
  ['ConcatV2', concat],
  ['Slice', slice],
  ['SplitV', split],
  ['Pack', pack],
  ['Unpack', unpack],
  ['GatherV2', gather],
  ['Tile', tile],
  ['Transpose', transpose],
  ['ExpandDims', expandDims],
  ['OneHot', oneHot],
  ['TopKV2', topK],
  ...convolutionRules(),
])

export function broadcast(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, axis) => {
    const [left, right] = [a[axis - rank + a.length] ?? 1, b[axis - rank + b.length] ?? 1]
    if (left !== right && left !== 1 && right !== 1) {
      throw new TesseraError('SHAPE_MISMATCH', { what: 'two tensors cannot be broadcast to one shape', got: [a, b] })
    }
    return left === 1 ? right : left
  })
}

export function fromEnd(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, one) => size * one, 1)
}
