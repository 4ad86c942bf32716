import type { Attributes } from './attributes.js'
import { DT } from './nativeInternals.js'
import type { ShapeAndType } from './shapeRules.js'

/** One op of a graph. An input is `name`, `name:output` or, for order alone, `^name`. */
export interface GraphNode {
  readonly name: string
  readonly op: string
  readonly inputs: readonly string[]
  readonly attributes: Attributes
}

/** A TensorFlow graph in the making. */
export class Graph {
  readonly nodes: GraphNode[] = []
  /** What is known of the nodes' outputs. */
  readonly values = new Map<string, ShapeAndType>()
  /** What a signal says. */
  private nothing: string | undefined

  /** @param suffix of all names, for a graph that takes over nodes of another */
  constructor(private readonly suffix = '') {}

  /** @param scope what the node's name starts with: the module that it belongs to. @returns the node's name */
  add(op: string, inputs: readonly string[], attributes: Attributes = {}, scope = ''): string {
    // A name starts with a letter, a digit or a dot; scopes are dotted module paths.
    const prefix = scope === '' ? '' : `${scope.replace(/[^A-Za-z0-9_.]/g, '_')}/`
    const name = `${prefix}${op.replace(/^_/, 'X_')}_${this.nodes.length}${this.suffix}`
    this.nodes.push({ name, op, inputs, attributes })
    return name
  }

  /** @param content all bytes, or one number that fills the shape */
  constant(dtype: number, shape: readonly number[], content: Uint8Array | number): string {
    const name = this.add('Const', [], { dtype: { type: dtype }, value: { tensor: { dtype, shape, content } } })
    this.values.set(name, { shape: [...shape], dtype })
    return name
  }

  cast(input: string, from: number, to: number, scope = ''): string {
    const name = this.add('Cast', [input], { SrcT: { type: from }, DstT: { type: to } }, scope)
    const known = this.values.get(input)
    if (known !== undefined) this.values.set(name, { shape: known.shape, dtype: to })
    return name
  }

  /** @param shape undefined: any */
  placeholder(dtype: number, shape: readonly number[] | undefined): string {
    return this.add('Placeholder', [], { dtype: { type: dtype }, shape: { shape } })
  }

  identity(input: string, dtype: number, after: readonly string[] = []): string {
    return this.add('Identity', [input, ...after.map((name) => `^${name}`)], { T: { type: dtype } })
  }

  /** A scalar to fetch, which is there once `after` have run. */
  signal(after: readonly string[]): string {
    this.nothing ??= this.constant(DT.float, [], 0)
    return this.identity(this.nothing, DT.float, after)
  }

  /** The nodes that `roots` need, in their order. */
  reachable(roots: readonly string[]): GraphNode[] {
    const byName = new Map(this.nodes.map((node) => [node.name, node]))
    const needed = new Set<string>()
    const waiting = [...roots]
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      if (needed.has(name)) continue
      needed.add(name)
      for (const input of byName.get(name)?.inputs ?? []) waiting.push(nodeOf(input))
    }
    return this.nodes.filter(({ name }) => needed.has(name))
  }
}

/** The node that an input names. */
export function nodeOf(input: string): string {
  const bare = input.startsWith('^') ? input.slice(1) : input
  const colon = bare.lastIndexOf(':')
  return colon < 0 ? bare : bare.slice(0, colon)
}
