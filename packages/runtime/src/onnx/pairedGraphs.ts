import { TesseraError } from '@tessera/core'
import type { TensorContent } from '../compile/attributes.js'
import { type GraphNode, nodeOf } from '../compile/graph.js'
import type { Recording } from '../compile/recorder.js'

/** A size or index that is the same for every batch, or so many times the batch. */
export type BatchSize = { readonly fixed: number } | { readonly times: number }

/** One op, as recorded with two batch sizes. */
export interface PairedNode extends GraphNode {
  readonly other: GraphNode
}

/**
 * The same forward pass recorded with two batch sizes: where they differ is where the batch stands. Shapes and whole numbers that an op
 * is given say so in both.
 */
export class PairedGraphs {
  readonly nodes: readonly PairedNode[]
  private readonly byName: ReadonlyMap<string, PairedNode>

  /** @throws TesseraError UNSUPPORTED where the two do not go op by op */
  constructor(
    private readonly first: Recording<unknown>,
    private readonly second: Recording<unknown>,
    private readonly batches: readonly [number, number],
  ) {
    const [a, b] = [first, second].map(({ graph, outputs }) => graph.reachable(outputs.map(({ ref }) => nodeOf(ref))))
    const others = b ?? []
    if (a?.length !== others.length) throw differs('its ops')
    this.nodes = a.map((node, index) => {
      const other = others[index]
      if (other?.op !== node.op) throw differs(`${node.op} (${node.name})`)
      return { ...node, other }
    })
    this.byName = new Map(this.nodes.map((node) => [node.name, node]))
  }

  node(ref: string): PairedNode {
    const found = this.byName.get(nodeOf(ref))
    if (found === undefined) throw new TypeError(`the graph has no node ${ref}`)
    return found
  }

  dtype(ref: string): number {
    return this.known(this.first, ref).dtype
  }

  /** As recorded first. */
  shape(ref: string): readonly number[] {
    return this.known(this.first, ref).shape
  }

  /** With what the batch makes of it. @param index the input of a node, whose name may differ between the two */
  sizes(node: PairedNode, index: number): BatchSize[] {
    const theirs = this.known(this.second, node.other.inputs[index] ?? '').shape
    return this.pair(this.shape(node.inputs[index] ?? ''), theirs, node)
  }

  outputSizes(index: number): BatchSize[] {
    const [a, b] = [this.first, this.second].map(({ outputs, graph }) => graph.values.get(outputs[index]?.ref ?? '')?.shape ?? [])
    return this.pair(a ?? [], b ?? [], undefined)
  }

  /** The whole numbers that an input holds: constants, in both. */
  ints(node: PairedNode, index: number): BatchSize[] {
    return this.pair(integersIn(contentOf(this.node(node.inputs[index] ?? ''))), integersIn(this.otherContent(node, index)), node)
  }

  /** The same, where nothing may depend on the batch. */
  fixedInts(node: PairedNode, index: number): number[] {
    return this.ints(node, index).map((one) => {
      if ('fixed' in one) return one.fixed
      throw differs(`${node.op} (${node.name})`)
    })
  }

  private otherContent(node: PairedNode, index: number): TensorContent {
    const name = nodeOf(node.other.inputs[index] ?? '')
    const found = this.nodes.find(({ other }) => other.name === name)?.other
    if (found === undefined) throw differs(node.op)
    return contentOf(found)
  }

  private pair(a: readonly number[], b: readonly number[], node: PairedNode | undefined): BatchSize[] {
    const [small, large] = this.batches
    if (a.length !== b.length) throw differs(node?.op ?? 'its output')
    return a.map((one, axis) => {
      const other = b[axis] ?? Number.NaN
      if (one === other) return { fixed: one }
      const times = one / small
      if (times === other / large && Number.isInteger(times)) return { times }
      throw differs(node === undefined ? 'its output' : `${node.op} (${node.name})`)
    })
  }

  private known({ graph }: Recording<unknown>, ref: string) {
    const found = graph.values.get(ref)
    if (found === undefined) throw new TypeError(`nothing is known of ${ref}`)
    return found
  }
}

/** @throws TypeError for a node that is no constant */
export function contentOf({ name, attributes }: GraphNode): TensorContent {
  const value = attributes['value']
  if (value === undefined || !('tensor' in value)) throw new TypeError(`${name} is no constant`)
  return value.tensor
}

function integersIn({ shape, content }: TensorContent): number[] {
  const size = shape.reduce((a, b) => a * b, 1)
  if (typeof content === 'number') return new Array<number>(size).fill(content)
  return Array.from(new Int32Array(content.buffer, content.byteOffset, content.byteLength / 4))
}

function differs(what: string): TesseraError {
  return new TesseraError('UNSUPPORTED', {
    what: `this model cannot be exported with a free batch size: ${what} depends on it in another way than by its size`,
    hint: 'A fixed batch size (--batch-size) exports it.',
  })
}
