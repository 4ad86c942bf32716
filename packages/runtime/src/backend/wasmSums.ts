import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import { tf } from '../tf.js'

type KernelCall = Parameters<tf.KernelFunc>[0]

/** So few values wasm adds up well enough, and twice as fast. */
const FEW = 256

/**
 * wasm adds a sum up in one float32, one value after another, so the mean of a few thousand values has an error in its fourth or fifth digit, and
 * batch norms over few values turn that into percents of a gradient (MobileNetV2's were 2 % off). Its longer sums and means of floats are made
 * here instead, in float64 and without wasm's transposed copy; sums of nothing as well, for which wasm answers with whatever its memory held.
 */
export function registerWasmSums(): void {
  for (const kernelName of [tf.Sum, tf.Mean]) {
    const original = tf.getKernel(kernelName, 'wasm')
    if (original === undefined || original.kernelFunc === undefined || ours.has(original.kernelFunc)) continue
    const kernelFunc: tf.KernelFunc = (call) => {
      const { x } = call.inputs as { x: tf.TensorInfo }
      const axes = axesOf(call, x)
      const each = axes.reduce((size, axis) => size * (x.shape[axis] ?? 1), 1)
      return x.dtype === 'float32' && (each === 0 || each > FEW) ? reduce(call, x, kernelName === tf.Mean) : original.kernelFunc(call)
    }
    ours.add(kernelFunc)
    tf.unregisterKernel(kernelName, 'wasm')
    tf.registerKernel({ ...original, kernelFunc })
  }
}

/** What stands in the registry already when the backend is chosen again. */
const ours = new WeakSet<tf.KernelFunc>()

function axesOf({ attrs }: KernelCall, x: tf.TensorInfo): number[] {
  const { axis } = attrs as { axis?: number | number[] }
  return tf.util.parseAxisParam(axis ?? x.shape.map((_, at) => at), x.shape)
}

function reduce(call: KernelCall, x: tf.TensorInfo, isMean: boolean): tf.TensorInfo {
  const { keepDims } = call.attrs as { keepDims: boolean }
  const wasm = call.backend as BackendWasm
  const axes = new Set(axesOf(call, x))
  const shape = x.shape.flatMap((size, at) => (axes.has(at) ? (keepDims ? [1] : []) : [size]))
  const out = wasm.makeOutput(shape, 'float32')
  const sums = new Float64Array(tf.util.sizeFromShape(shape))
  const runs = mergeAxes(x.shape, axes)
  addUp(wasm.typedArrayFromHeap(x) as Float32Array, runs, sums)
  const values = wasm.typedArrayFromHeap(out)
  const scale = isMean ? sums.length / tf.util.sizeFromShape(x.shape) : 1
  for (let at = 0; at < sums.length; at++) values[at] = (sums[at] ?? 0) * scale
  return out
}

/** Neighbouring axes that are both summed, or both kept, are one. */
interface Run {
  size: number
  readonly summed: boolean
}

function mergeAxes(shape: readonly number[], axes: ReadonlySet<number>): readonly Run[] {
  const runs: Run[] = []
  for (const [at, size] of shape.entries()) {
    const last = runs.at(-1)
    if (size === 1) continue
    if (last !== undefined && last.summed === axes.has(at)) last.size *= size
    else runs.push({ size, summed: axes.has(at) })
  }
  return runs
}

/** Adds each of `values`, row by row, to its place among `sums`. */
function addUp(values: Float32Array, runs: readonly Run[], sums: Float64Array): void {
  // The last two runs are loops; what is before them is counted through.
  const [before, [rows, columns]] = [runs.slice(0, -2), lastTwo(runs)]
  const rowStep = rows.summed ? 0 : columns.summed ? 1 : columns.size
  const block = (rows.summed ? 1 : rows.size) * (columns.summed ? 1 : columns.size)
  let from = 0
  const visit = (depth: number, place: number): void => {
    const run = before[depth]
    if (run === undefined) {
      for (let row = 0; row < rows.size; row++) {
        const start = place * block + row * rowStep
        if (columns.summed) sums[start] = (sums[start] ?? 0) + sumOf(values, from, columns.size)
        else addRow(values, from, columns.size, sums, start)
        from += columns.size
      }
      return
    }
    for (let at = 0; at < run.size; at++) visit(depth + 1, run.summed ? place : place * run.size + at)
  }
  visit(0, 0)
}

function lastTwo(runs: readonly Run[]): [Run, Run] {
  const none: Run = { size: 1, summed: true }
  return [runs.at(-2) ?? none, runs.at(-1) ?? none]
}

function sumOf(values: Float32Array, from: number, count: number): number {
  let sum = 0
  for (let at = from; at < from + count; at++) sum += values[at] as number
  return sum
}

function addRow(values: Float32Array, from: number, count: number, sums: Float64Array, start: number): void {
  for (let at = 0; at < count; at++) sums[start + at] = (sums[start + at] as number) + (values[from + at] as number)
}
