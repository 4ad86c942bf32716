import { flagOf } from './attributes.js'
import { Graph, type GraphNode, nodeOf } from './graph.js'
import { DT } from './nativeInternals.js'
import type { Recording } from './recorder.js'
import { sizeOf } from './shapeRules.js'

/**
 * tfjs-node computes every matrix product as a batched one, of a batch of one. A plain MatMul is faster (by half for a weight's gradient), and
 * TensorFlow fuses the bias that is added to it. Reshapes of reshapes become one, or none.
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
  /** Values that have another name now. */
  private readonly aliases = new Map<string, string>()
  /** What a reshape's result was before. */
  private readonly sources = new Map<string, string>()

  constructor(old: Graph) {
    for (const [ref, value] of old.values) this.graph.values.set(ref, value)
  }

  now(ref: string): string {
    return this.aliases.get(ref) ?? ref
  }

  take(node: GraphNode): void {
    const inputs = node.inputs.map((input) => (input.startsWith('^') ? `^${nodeOf(this.now(input.slice(1)))}` : this.now(input)))
    if (node.op === 'BatchMatMulV2' && this.isFlat(node)) this.flatten({ ...node, inputs })
    else if (node.op === 'Reshape') this.aliases.set(node.name, this.reshaped(inputs[0] ?? '', this.shape(node.name)))
    else this.graph.nodes.push({ ...node, inputs })
  }

  private flatten(node: GraphNode): void {
    const [x, y] = node.inputs.map((input) => this.reshaped(input, this.shape(input).slice(-2)))
    const dtype = this.dtype(node.inputs[0] ?? '')
    const slash = node.name.lastIndexOf('/')
    const attributes = {
      T: { type: dtype },
      transpose_a: { bool: flagOf(node.attributes, 'adj_x') },
      transpose_b: { bool: flagOf(node.attributes, 'adj_y') },
    }
    const name = this.graph.add('MatMul', [x ?? '', y ?? ''], attributes, slash < 0 ? '' : node.name.slice(0, slash))
    const shape = this.shape(node.name)
    this.graph.values.set(name, { shape: shape.slice(-2), dtype })
    this.aliases.set(node.name, this.reshaped(name, shape))
  }

  /** The value in this shape, by way of what it was before. */
  private reshaped(ref: string, shape: readonly number[]): string {
    const source = this.sources.get(ref) ?? ref
    if (this.shape(source).join() === shape.join()) return source
    const dtype = this.dtype(source)
    const sizes = this.graph.constant(DT.int32, [shape.length], new Uint8Array(Int32Array.from(shape).buffer))
    const name = this.graph.add('Reshape', [source, sizes], { T: { type: dtype }, Tshape: { type: DT.int32 } })
    this.graph.values.set(name, { shape: [...shape], dtype })
    this.sources.set(name, source)
    return name
  }

  private isFlat({ name, inputs }: GraphNode): boolean {
    return [name, ...inputs].every((ref) => {
      const shape = this.shape(this.now(ref))
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
