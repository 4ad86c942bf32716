import { fromEnd } from '../../compile/shapeRules.js'
import { ONNX_TYPE } from '../onnxProto.js'
import type { BatchSize } from '../pairedGraphs.js'
import { named, type OnnxRule, type OpToExport } from './onnxRule.js'

const isFixed = (one: BatchSize): one is { readonly fixed: number } => 'fixed' in one

/** One size that depends on the batch follows from the others. */
const reshape: OnnxRule = (op) => {
  const wanted = op.batchInts(1)
  const free = wanted.filter((one) => !isFixed(one) || one.fixed < 0).length
  const shape = free > 1 ? op.builder.sizes(wanted) : op.builder.ints(wanted.map((one) => (isFixed(one) ? one.fixed : -1)))
  // ONNX would take a 0 for "as it was".
  return op.builder.one('Reshape', [op.value(0), shape], { allowzero: { int: 1 } })
}

const transpose: OnnxRule = (op) => op.builder.one('Transpose', [op.value(0)], { perm: { ints: op.ints(1) } })

const concat: OnnxRule = (op) => {
  const parts = op.values(op.count - 1)
  const [axis = 0] = op.axes(op.count - 1, op.rank(0))
  return op.builder.one('Concat', parts, { axis: { int: axis } })
}

interface Range {
  readonly begin: BatchSize
  readonly end: BatchSize
  readonly step: number
}

/** Axes that are taken whole are left out, whatever their size. */
function slice(op: OpToExport, ranges: readonly Range[]): string {
  const sizes = op.sizes(0)
  const taken = ranges.flatMap(({ begin, end, step }, axis) => {
    const whole = sizes[axis]
    const isWhole = isFixed(begin) && begin.fixed === 0 && step === 1 && JSON.stringify(end) === JSON.stringify(whole)
    return isWhole ? [] : [{ begin, end, step, axis }]
  })
  if (taken.length === 0) return op.value(0)
  return op.builder.one('Slice', [
    op.value(0),
    op.builder.sizes(taken.map(({ begin }) => begin)),
    op.builder.sizes(taken.map(({ end }) => end)),
    op.builder.ints(taken.map(({ axis }) => axis)),
    op.builder.ints(taken.map(({ step }) => step)),
  ])
}

function add(a: BatchSize, b: BatchSize): BatchSize {
  if (isFixed(a) && isFixed(b)) return { fixed: a.fixed + b.fixed }
  if (isFixed(a)) return a.fixed === 0 ? b : unsure()
  if (isFixed(b)) return b.fixed === 0 ? a : unsure()
  return { times: a.times + b.times }
}

function unsure(): never {
  throw new TypeError('a slice begins or ends at a fixed distance from the batch')
}

const sliceRule: OnnxRule = (op) => {
  const begins = op.batchInts(1)
  const lengths = op.batchInts(2)
  const sizes = op.sizes(0)
  return slice(
    op,
    begins.map((begin, axis) => {
      const length = lengths[axis] ?? { fixed: -1 }
      const end = isFixed(length) && length.fixed < 0 ? sizes[axis] : add(begin, length)
      return { begin, end: end ?? length, step: 1 }
    }),
  )
}

const stridedSlice: OnnxRule = (op) => {
  const masks = ['begin_mask', 'end_mask', 'ellipsis_mask', 'new_axis_mask', 'shrink_axis_mask']
  if (masks.some((mask) => op.int(mask, 0) !== 0)) throw new TypeError('a strided slice with masks')
  const [begins, ends, steps] = [op.batchInts(1), op.batchInts(2), op.ints(3)]
  return slice(
    op,
    begins.map((begin, axis) => ({ begin, end: ends[axis] ?? { fixed: 0 }, step: steps[axis] ?? 1 })),
  )
}

const split: OnnxRule = (op) => {
  const [axis = 0] = op.axes(2, op.rank(0))
  const lengths = op.ints(1)
  return op.builder.add('Split', [op.value(0), op.builder.ints(lengths)], { axis: { int: axis } }, lengths.length)
}

const pack: OnnxRule = (op) => {
  const axis = fromEnd(op.int('axis', 0), op.rank(0) + 1)
  const parts = op.values().map((part) => op.builder.one('Unsqueeze', [part, op.builder.ints([axis])]))
  return op.builder.one('Concat', parts, { axis: { int: axis } })
}

const unpack: OnnxRule = (op) => {
  const axis = fromEnd(op.int('axis', 0), op.rank(0))
  const count = op.int('num', 1)
  const parts = op.builder.add('Split', [op.value(0), op.builder.ints(new Array<number>(count).fill(1))], { axis: { int: axis } }, count)
  return parts.map((part) => op.builder.one('Squeeze', [part, op.builder.ints([axis])]))
}

/** TensorFlow pairs the paddings by axis, ONNX has all at the beginnings first. */
const pad: OnnxRule = (op) => {
  const pairs = op.ints(1)
  const begins = pairs.filter((_, index) => index % 2 === 0)
  const ends = pairs.filter((_, index) => index % 2 === 1)
  return op.builder.one('Pad', [op.value(0), op.builder.ints([...begins, ...ends]), ...(op.count > 2 ? [op.value(2)] : [])])
}

const gather: OnnxRule = (op) => {
  if (op.int('batch_dims', 0) !== 0) throw new TypeError('a gather with batch_dims')
  const [axis = 0] = op.axes(2, op.rank(0))
  return op.builder.one('Gather', [op.value(0), op.value(1)], { axis: { int: axis } })
}

/** ONNX numbers the places in int64. */
const topK: OnnxRule = (op) => {
  const [values = '', places = ''] = op.builder.add('TopK', [op.value(0), op.builder.ints(op.ints(1))], { axis: { int: -1 } }, 2)
  return [values, op.builder.one('Cast', [places], { to: { int: ONNX_TYPE.int32 } })]
}

/** Ops that move values about. */
export const ARRANGEMENT: readonly [string, OnnxRule][] = [
  ['Reshape', reshape],
  ['Transpose', transpose],
  ['ConcatV2', concat],
  ['Slice', sliceRule],
  ['StridedSlice', stridedSlice],
  ['SplitV', split],
  ['Pack', pack],
  ['Unpack', unpack],
  ...named('Pad PadV2', pad),
  ['GatherV2', gather],
  ['TopKV2', topK],
  ['ExpandDims', (op) => op.builder.one('Unsqueeze', [op.value(0), op.builder.ints(op.axes(1, op.rank(0) + 1))])],
  ['Tile', (op) => op.builder.one('Tile', [op.value(0), op.builder.sizes(op.batchInts(1))])],
  ['BroadcastTo', (op) => op.builder.one('Expand', [op.value(0), op.builder.sizes(op.batchInts(1))])],
  ['Fill', (op) => op.builder.one('Expand', [op.value(1), op.builder.sizes(op.batchInts(0))])],
]
