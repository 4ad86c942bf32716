import { TesseraError } from '@tessera/core'
import { DT } from '../compile/nativeInternals.js'
import { sizeOf } from '../compile/shapeRules.js'
import { ONNX_TYPE, type OnnxAttribute, type OnnxNode, type OnnxTensor } from './onnxProto.js'
import { type BatchSize, contentOf, type PairedGraphs, type PairedNode } from './pairedGraphs.js'

/** A parameter's values in both layouts. */
export interface OnnxParameter {
  readonly name: string
  readonly shape: readonly number[]
  readonly values: Float32Array
}

/** What the builder asks of whoever knows the model: a variable of the recording, by its read node. */
export type ParameterOf = (readNode: string) => OnnxParameter

const TYPES: ReadonlyMap<number, number> = new Map([
  [DT.float, ONNX_TYPE.float],
  [DT.int32, ONNX_TYPE.int32],
  [DT.bool, ONNX_TYPE.bool],
])

export function onnxType(dtype: number): number {
  const found = TYPES.get(dtype)
  if (found === undefined) throw new TesseraError('UNSUPPORTED', { what: 'a tensor has a dtype that no export of ours holds', got: dtype })
  return found
}

/** An ONNX graph in the making; values of the recorded graph are known under their names there. */
export class OnnxBuilder {
  readonly nodes: OnnxNode[] = []
  readonly tensors = new Map<string, OnnxTensor>()
  private readonly names = new Map<string, string>()
  private readonly channelsFirst = new Map<string, string>()
  private batchVector: string | undefined
  private count = 0

  constructor(
    readonly graphs: PairedGraphs,
    private readonly input: string,
    private readonly parameterOf: ParameterOf,
  ) {}

  /** @returns the node's outputs */
  add(op: string, inputs: readonly string[], attributes: Readonly<Record<string, OnnxAttribute>> = {}, outputs = 1): string[] {
    const names = Array.from({ length: outputs }, () => `v${this.count++}`)
    this.nodes.push({ op, inputs, outputs: names, attributes })
    return names
  }

  /** The only output of a node with one. */
  one(op: string, inputs: readonly string[], attributes: Readonly<Record<string, OnnxAttribute>> = {}): string {
    return this.add(op, inputs, attributes)[0] ?? ''
  }

  /** Says what a recorded value is called here. */
  bind(ref: string, name: string): void {
    this.names.set(ref, name)
  }

  /** What a recorded value is called here; constants and parameters come in when they are first asked for. */
  value(ref: string): string {
    const known = this.names.get(ref)
    if (known !== undefined) return known
    const name = this.leaf(this.graphs.node(ref))
    this.names.set(ref, name)
    return name
  }

  floats(values: readonly number[], shape: readonly number[] = [values.length]): string {
    return this.tensor(`f_${shape.join('x')}_${values.join('_')}`, ONNX_TYPE.float, shape, new Uint8Array(Float32Array.from(values).buffer))
  }

  ints(values: readonly number[]): string {
    return this.tensor(`i_${values.join('_')}`, ONNX_TYPE.int64, [values.length], new Uint8Array(BigInt64Array.from(values, BigInt).buffer))
  }

  /** A vector of whole numbers, computed from the batch where it depends on it. */
  sizes(values: readonly BatchSize[]): string {
    if (values.every((one) => 'fixed' in one)) return this.ints(values.map((one) => ('fixed' in one ? one.fixed : 0)))
    const parts: string[] = []
    let fixed: number[] = []
    const flush = () => {
      if (fixed.length > 0) parts.push(this.ints(fixed))
      fixed = []
    }
    for (const one of values) {
      if ('fixed' in one) fixed.push(one.fixed)
      else {
        flush()
        parts.push(one.times === 1 ? this.batch() : this.one('Mul', [this.batch(), this.ints([one.times])]))
      }
    }
    flush()
    return parts.length === 1 ? (parts[0] ?? '') : this.one('Concat', parts, { axis: { int: 0 } })
  }

  /** A feature map [batch, height, width, channels] as ONNX's convolutions take it. */
  toChannelsFirst(ref: string): string {
    const name = this.value(ref)
    const known = this.channelsFirst.get(name)
    if (known !== undefined) return known
    const turned = this.one('Transpose', [name], { perm: { ints: [0, 3, 1, 2] } })
    this.channelsFirst.set(name, turned)
    return turned
  }

  toChannelsLast(name: string): string {
    const turned = this.one('Transpose', [name], { perm: { ints: [0, 2, 3, 1] } })
    this.channelsFirst.set(turned, name)
    return turned
  }

  /** A parameter that is only turned around ([height, width, in, out] → [out, in, height, width]) comes in as its file has it. */
  filter(ref: string): string {
    const node = this.graphs.node(ref)
    if (node.op !== 'ReadVariableOp') return this.one('Transpose', [this.value(ref)], { perm: { ints: [3, 2, 0, 1] } })
    const { name, shape, values } = this.parameterOf(node.name)
    const turned = transposeFilter(values, shape)
    return this.tensor(name, ONNX_TYPE.float, turned.shape, bytesOf(turned.values))
  }

  private leaf(node: PairedNode): string {
    if (node.op === 'ReadVariableOp') {
      const { name, shape, values } = this.parameterOf(node.name)
      // A kernel's own name is that of its file's layout.
      return this.tensor(shape.length === 4 ? `${name}.hwio` : name, ONNX_TYPE.float, shape, bytesOf(values))
    }
    if (node.op === 'Const') return this.constant(node)
    throw new TesseraError('UNSUPPORTED', { what: 'no ONNX op is known for this op of the model', path: node.name, got: node.op })
  }

  /** A constant that grows with the batch must be one value, or count its samples. */
  private constant(node: PairedNode): string {
    const [mine, theirs] = [contentOf(node), contentOf(node.other)]
    const isSame = mine.shape.join() === theirs.shape.join()
    if (isSame && !sameContent(mine.content, theirs.content)) {
      throw new TesseraError('UNSUPPORTED', { what: 'a constant of the model depends on the batch size', path: node.name })
    }
    const { dtype, shape, content } = mine
    if (isSame) return this.tensor(node.name, onnxType(dtype), shape, filled(content, sizeOf(shape), dtype))
    if (typeof content === 'number' && content === theirs.content) {
      const single = this.tensor(`${node.name}.value`, onnxType(dtype), [1], filled(content, 1, dtype))
      return this.one('Expand', [
        single,
        this.sizes(shape.map((size, axis) => (size === theirs.shape[axis] ? { fixed: size } : { times: 1 }))),
      ])
    }
    const step = stepOf(mine)
    if (step !== undefined && step === stepOf(theirs)) return this.sampleNumbers(shape.length, step)
    throw new TesseraError('UNSUPPORTED', { what: 'a constant of the model grows with the batch', path: node.name, got: shape })
  }

  /** 0, step, 2 · step, … along the batch: [batch, 1, …]. ONNX's Range wants scalars; where all are 1, the places that are not 0 are the numbers. */
  private sampleNumbers(rank: number, step: number): string {
    const numbers = this.one('NonZero', [this.one('Expand', [this.ints([1]), this.batch()])])
    const spread = this.one('Reshape', [numbers, this.ints([-1, ...new Array<number>(rank - 1).fill(1)])])
    return this.one('Cast', [this.one('Mul', [spread, this.ints([step])])], { to: { int: ONNX_TYPE.int32 } })
  }

  private batch(): string {
    this.batchVector ??= this.one('Slice', [this.one('Shape', [this.input]), this.ints([0]), this.ints([1])])
    return this.batchVector
  }

  private tensor(name: string, type: number, shape: readonly number[], bytes: Uint8Array): string {
    if (!this.tensors.has(name)) this.tensors.set(name, { name, type, shape, bytes })
    return name
  }
}

function filled(content: Uint8Array | number, size: number, dtype: number): Uint8Array {
  if (typeof content !== 'number') return content
  if (dtype === DT.bool) return new Uint8Array(size).fill(content)
  return bytesOf(dtype === DT.int32 ? new Int32Array(size).fill(content) : new Float32Array(size).fill(content))
}

/** What an int32 constant [samples, 1, …] that counts from 0 counts by. */
function stepOf({ dtype, shape, content }: ReturnType<typeof contentOf>): number | undefined {
  const [samples = 0, ...others] = shape
  if (dtype !== DT.int32 || typeof content === 'number' || samples < 2 || others.some((size) => size !== 1)) return undefined
  const numbers = new DataView(content.buffer, content.byteOffset, content.byteLength)
  const step = numbers.getInt32(4, true)
  return Array.from({ length: samples }, (_, i) => numbers.getInt32(4 * i, true)).every((one, i) => one === i * step) ? step : undefined
}

function sameContent(a: Uint8Array | number, b: Uint8Array | number): boolean {
  if (typeof a === 'number' || typeof b === 'number') return a === b
  return Buffer.compare(a, b) === 0
}

function bytesOf(values: Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}

function transposeFilter(values: Float32Array, [height = 0, width = 0, inner = 0, outer = 0]: readonly number[]) {
  const out = new Float32Array(values.length)
  let at = 0
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < inner; i++)
      for (let place = 0; place < height * width; place++) out[at++] = values[(place * inner + i) * outer + o] ?? 0
  return { shape: [outer, inner, height, width], values: out }
}
