import { type Attributes, intOf, typeOf } from './attributes.js'
import { Graph, type GraphNode, nodeOf } from './graph.js'
import { DT } from './nativeInternals.js'
import type { Recording } from './recorder.js'
import { outputRef } from './shard/sharder.js'

/** Ops that only move values, by how many of their first inputs are values (−1: all, −2: all but the last). */
const MOVES: ReadonlyMap<string, number> = new Map([
  ...['Reshape', 'ExpandDims', 'Transpose', 'Slice', 'SplitV', 'Unpack', 'ReverseV2', 'Identity'].map((op) => [op, 1] as const),
  ['Pack', -1],
  ['ConcatV2', -2],
])

/**
 * Keeps values in bfloat16 from one matrix product to the next. As recorded, every product casts its operands down and its result up; between
 * two products that only move values (a head's layout) or scale them by a power of two, nothing is lost by leaving the casts out, and half
 * the memory is moved. A float32 value is made where an op asks for it.
 * Attention weights are kept as the product takes them, rounded, for the backward pass, too.
 * @param softmax whether TensorFlow's own softmax of bfloat16 is as exact as one of float32 (see `exactLowSoftmax`)
 */
export function keepBfloat16<TMeta>(recording: Recording<TMeta>, softmax: () => boolean): Recording<TMeta> {
  if (!recording.graph.nodes.some((node) => isCast(node, DT.float, DT.bfloat16))) return recording
  const keeper = new Keeper(recording.graph, softmax)
  for (const node of recording.graph.nodes) keeper.take(node)
  const states = recording.states.map((state) => ({ ...state, next: state.next === undefined ? undefined : keeper.value(state.next) }))
  const outputs = recording.outputs.map((output) => ({ ...output, ref: keeper.value(output.ref) }))
  return { ...recording, graph: keeper.graph, states, outputs }
}

class Keeper {
  readonly graph = new Graph('k')
  /** Values in float32 by what they are in bfloat16. */
  private readonly low = new Map<string, string>()
  /** What has another name now. */
  private readonly names = new Map<string, string>()
  /** Values that something takes in bfloat16. */
  private readonly wanted: ReadonlySet<string>
  private readonly factors: ReadonlySet<string>

  constructor(
    old: Graph,
    private readonly softmax: () => boolean,
  ) {
    for (const [ref, value] of old.values) this.graph.values.set(ref, value)
    this.factors = new Set(old.nodes.filter(isPowerOfTwo).map(({ name }) => name))
    this.wanted = this.findWanted(old)
  }

  take(node: GraphNode): void {
    const [input = ''] = node.inputs
    const low = this.low.get(input)
    if (isCast(node, DT.bfloat16, DT.float)) this.low.set(node.name, this.names.get(input) ?? input)
    else if (isCast(node, DT.float, DT.bfloat16) && low !== undefined) this.names.set(node.name, low)
    else if (!this.lower(node)) this.copy(node)
  }

  /** The name of a value as it was, float32 where that was its type. */
  value(ref: string): string {
    const known = this.names.get(ref)
    if (known !== undefined) return known
    const low = this.low.get(ref)
    if (low === undefined) return ref
    const name = this.graph.cast(low, DT.bfloat16, DT.float, scopeOf(ref))
    this.names.set(ref, name)
    return name
  }

  private copy(node: GraphNode): void {
    const inputs = node.inputs.map((input) => (input.startsWith('^') ? `^${this.done(input.slice(1))}` : this.value(input)))
    this.graph.nodes.push({ ...node, inputs })
    if (node.op !== 'Softmax' || !this.wanted.has(node.name)) return
    this.low.set(node.name, this.graph.cast(node.name, DT.float, DT.bfloat16, scopeOf(node.name)))
  }

  /** A node that has run when this one would have. */
  private done(name: string): string {
    return nodeOf(this.value(name))
  }

  /** The op in bfloat16, where it can be and somebody wants it. */
  private lower(node: GraphNode): boolean {
    const count = this.valuesOf(node)
    const outputs = outputsOf(node)
    if (count === 0 || !outputs.some((ref) => this.wanted.has(ref))) return false
    const values = node.inputs.slice(0, count).map((input) => this.low.get(input))
    if (values.some((value) => value === undefined) || node.inputs.some((input) => input.startsWith('^'))) return false
    if (node.op === 'Softmax' && !this.softmax()) return false
    const rest = node.inputs.slice(count).map((input) => (node.op === 'Mul' ? this.lowConstant(input) : this.value(input)))
    const attributes: Attributes = { ...node.attributes, T: { type: DT.bfloat16 } }
    const name = this.graph.add(node.op, [...values.flatMap((value) => value ?? []), ...rest], attributes, scopeOf(node.name))
    for (const [index, ref] of outputs.entries()) {
      const own = outputRef(name, index)
      const known = this.graph.values.get(ref)
      if (known !== undefined) this.graph.values.set(own, { shape: known.shape, dtype: DT.bfloat16 })
      this.low.set(ref, own)
    }
    return true
  }

  /** How many of the node's first inputs are values that it could take in bfloat16. */
  private valuesOf({ op, inputs }: GraphNode): number {
    const count = MOVES.get(op)
    if (count !== undefined) return count > 0 ? count : inputs.length + 1 + count
    return op === 'Softmax' || (op === 'Mul' && this.factors.has(inputs[1] ?? '')) ? 1 : 0
  }

  private lowConstant(ref: string): string {
    const key = `${ref} low`
    const known = this.names.get(key) ?? this.graph.cast(ref, DT.float, DT.bfloat16)
    this.names.set(key, known)
    return known
  }

  private findWanted(old: Graph): Set<string> {
    const wanted = new Set<string>()
    for (const node of [...old.nodes].reverse()) {
      if (isCast(node, DT.float, DT.bfloat16)) wanted.add(node.inputs[0] ?? '')
      else if (outputsOf(node).some((ref) => wanted.has(ref))) {
        for (const input of node.inputs.slice(0, this.valuesOf(node))) wanted.add(input)
      }
    }
    return wanted
  }
}

function isCast({ op, attributes }: GraphNode, from: number, to: number): boolean {
  return op === 'Cast' && typeOf(attributes, 'SrcT') === from && typeOf(attributes, 'DstT') === to
}

/** A scalar by which bfloat16 is multiplied without rounding. */
function isPowerOfTwo({ attributes }: GraphNode): boolean {
  const value = attributes['value']
  if (value === undefined || !('tensor' in value) || value.tensor.dtype !== DT.float || value.tensor.shape.length > 0) return false
  const { content } = value.tensor
  const number = typeof content === 'number' ? content : (new Float32Array(content.slice().buffer)[0] ?? 0)
  return number > 0 && number >= 2 ** -16 && number <= 2 ** 16 && Number.isInteger(Math.log2(number))
}

function outputsOf(node: GraphNode): string[] {
  const count = node.op === 'Unpack' ? intOf(node.attributes, 'num') : node.op === 'SplitV' ? intOf(node.attributes, 'num_split') : 1
  return Array.from({ length: count ?? 1 }, (_, index) => outputRef(node.name, index))
}

function scopeOf(ref: string): string {
  const slash = ref.lastIndexOf('/')
  return slash < 0 ? '' : ref.slice(0, slash)
}
