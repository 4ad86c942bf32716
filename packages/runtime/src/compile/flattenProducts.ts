import { flagOf, typeOf } from './attributes.js'
import { Graph, type GraphNode, nodeOf } from './graph.js'
import { DT } from './nativeInternals.js'
import type { Recording } from './recorder.js'
import { rowsPlan } from './rowsPlan.js'
import { sizeOf } from './shapeRules.js'

/**
 * tfjs-node computes every matrix product as a batched one, of a batch of one. A plain MatMul is faster (by half for a weight's gradient), and
 * TensorFlow fuses the bias that is added to it. Reshapes of reshapes become one, or none: what is computed of a product's rows number by
 * number, or row by row, is computed in the product's own shape, and so is the next product's operand.
 */
export function flattenProducts<TMeta>(recording: Recording<TMeta>): Recording<TMeta> {
  const flattener = new Flattener(recording.graph)
  for (const node of recording.graph.nodes) flattener.take(node)
  const states = recording.states.map((state) => ({ ...state, next: state.next === undefined ? undefined : flattener.now(state.next) }))
  const outputs = recording.outputs.map((output) => ({ ...output, ref: flattener.now(output.ref) }))
  return { ...recording, graph: flattener.graph, states, outputs }
}

class Flattener {
  readonly graph = new Graph('f')
  /** What values of the old graph are in the new one, where that is not what they were: another value, to be seen in their own shape. */
  private readonly views = new Map<string, string>()
  /** Reshapes of the new graph by what they reshape and to what. */
  private readonly reshapes = new Map<string, string>()
  /** What a reshape's result was before. */
  private readonly sources = new Map<string, string>()

  constructor(old: Graph) {
    for (const [ref, value] of old.values) this.graph.values.set(ref, value)
  }

  /** A value of the old graph, as it was. */
  now(ref: string): string {
    const source = this.views.get(ref)
    return source === undefined ? ref : this.reshaped(source, this.shape(ref))
  }

  take(node: GraphNode): void {
    const [input = ''] = node.inputs
    if (node.op === 'BatchMatMulV2' && this.isFlat(node)) this.flatten(node)
    else if (node.op === 'Reshape' || isNoCast(node)) this.views.set(node.name, this.source(input))
    else if (!this.inRows(node)) {
      const inputs = node.inputs.map((input) => (input.startsWith('^') ? `^${nodeOf(this.now(input.slice(1)))}` : this.now(input)))
      this.graph.nodes.push({ ...node, inputs })
    }
  }

  private flatten(node: GraphNode): void {
    const [x = '', y = ''] = node.inputs.map((input) => this.reshaped(this.source(input), this.shape(input).slice(-2)))
    const attributes = {
      T: { type: this.dtype(node.name) },
      transpose_a: { bool: flagOf(node.attributes, 'adj_x') },
      transpose_b: { bool: flagOf(node.attributes, 'adj_y') },
    }
    this.replace(node, 'MatMul', [x, y], attributes, this.shape(node.name).slice(-2))
  }

  /** Computes the op in the shape of a product that one of its inputs was. */
  private inRows(node: GraphNode): boolean {
    const shapes = node.inputs.map((input) => this.shape(input))
    const sources = node.inputs.map((input) => this.shape(this.source(input)))
    const plan = rowsPlan(node, shapes, sources, this.shape(node.name))
    if (plan === undefined) return false
    const inputs = node.inputs.map((input, index) => {
      const shape = plan.inputs[index]
      if (shape === 'axis') return this.ints([1])
      return shape === undefined ? this.now(input) : this.reshaped(this.source(input), shape)
    })
    this.replace(node, node.op, inputs, node.attributes, plan.output)
    return true
  }

  private replace(
    old: GraphNode,
    op: string,
    inputs: readonly string[],
    attributes: GraphNode['attributes'],
    shape: readonly number[],
  ): void {
    const slash = old.name.lastIndexOf('/')
    const name = this.graph.add(op, inputs, attributes, slash < 0 ? '' : old.name.slice(0, slash))
    this.graph.values.set(name, { shape: [...shape], dtype: this.dtype(old.name) })
    this.views.set(old.name, name)
  }

  /** What a value of the old graph was before it was reshaped. */
  private source(ref: string): string {
    const view = this.views.get(ref) ?? ref
    return this.sources.get(view) ?? view
  }

  /** A value of the new graph in this shape. */
  private reshaped(source: string, shape: readonly number[]): string {
    if (this.shape(source).join() === shape.join()) return source
    const key = `${source} ${shape.join()}`
    const known = this.reshapes.get(key)
    if (known !== undefined) return known
    const dtype = this.dtype(source)
    const name = this.graph.add('Reshape', [source, this.ints(shape)], { T: { type: dtype }, Tshape: { type: DT.int32 } })
    this.graph.values.set(name, { shape: [...shape], dtype })
    this.sources.set(name, source)
    this.reshapes.set(key, name)
    return name
  }

  private ints(values: readonly number[]): string {
    return this.graph.constant(DT.int32, [values.length], new Uint8Array(Int32Array.from(values).buffer))
  }

  private isFlat({ name, inputs }: GraphNode): boolean {
    return [name, ...inputs].every((ref) => {
      const shape = this.shape(ref)
      return shape.length >= 2 && sizeOf(shape.slice(0, -2)) === 1
    })
  }

  private shape(ref: string): readonly number[] {
    return this.graph.values.get(ref)?.shape ?? []
  }

  private dtype(ref: string): number {
    return this.graph.values.get(ref)?.dtype ?? DT.float
  }
}

/** tfjs casts what it takes the mean of, from float32 to float32 as well. */
function isNoCast({ op, attributes, inputs }: GraphNode): boolean {
  return op === 'Cast' && inputs.length === 1 && typeOf(attributes, 'SrcT') === typeOf(attributes, 'DstT')
}
