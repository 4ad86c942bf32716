import { Graph, type GraphNode } from '../graph.js'
import { DT } from '../nativeInternals.js'
import type { ShapeAndType } from '../shapeRules.js'

/** A value in parts along one axis. */
export interface Split {
  readonly axis: number
  /** Of the parts along the axis. */
  readonly sizes: readonly number[]
  readonly refs: readonly string[]
}

/** What a rule leaves behind for one output: the value in parts, or parts that add up to it, or the value. */
export type Sharded = Split | { readonly addends: readonly string[] } | { readonly whole: string }

/**
 * Rewrites a graph so that values are held in parts. It knows for each value of the old graph what there is of it in the new one, and
 * makes what a rule asks for: the value whole, or in parts along an axis.
 */
export class Sharder {
  // Its names never meet those of the nodes that it takes over.
  readonly graph = new Graph('s')
  private readonly splits = new Map<string, Split>()
  private readonly addends = new Map<string, readonly string[]>()
  private readonly wholes = new Map<string, string>()
  private readonly cut = new Map<string, readonly string[]>()
  private readonly constants = new Map<string, string>()
  private readonly byName: ReadonlyMap<string, GraphNode>

  constructor(
    old: Graph,
    readonly parts: number,
    private readonly values: ReadonlyMap<string, ShapeAndType>,
  ) {
    for (const [ref, value] of values) this.graph.values.set(ref, value)
    this.byName = new Map(old.nodes.map((node) => [node.name, node]))
  }

  shape(ref: string): readonly number[] | undefined {
    return this.values.get(ref)?.shape
  }

  dtype(ref: string): number {
    return this.values.get(ref)?.dtype ?? DT.float
  }

  /** The values of an integer constant; undefined for anything else. */
  ints(ref: string): readonly number[] | undefined {
    const tensor = this.byName.get(ref)?.attributes['value']
    if (tensor === undefined || !('tensor' in tensor) || tensor.tensor.dtype !== DT.int32) return undefined
    const { content, shape } = tensor.tensor
    if (typeof content === 'number') return new Array<number>(shape.reduce((size, one) => size * one, 1)).fill(content)
    return [...new Int32Array(content.slice().buffer)]
  }

  set(ref: string, sharded: Sharded): void {
    if ('whole' in sharded) this.wholes.set(ref, sharded.whole)
    else if ('addends' in sharded) this.addends.set(ref, sharded.addends)
    else {
      this.splits.set(ref, sharded)
      const { axis, sizes } = sharded
      const [shape, dtype] = [this.shape(ref), this.dtype(ref)]
      for (const [part, own] of sharded.refs.entries()) {
        if (shape !== undefined)
          this.graph.values.set(own, { shape: shape.map((size, at) => (at === axis ? (sizes[part] ?? 0) : size)), dtype })
      }
    }
  }

  splitOf(ref: string): Split | undefined {
    return this.splits.get(ref)
  }

  addendsOf(ref: string): readonly string[] | undefined {
    return this.addends.get(ref)
  }

  /** The new name of a value as it was. */
  whole(ref: string): string {
    const known = this.wholes.get(ref)
    if (known !== undefined) return known
    const made = this.assemble(ref)
    this.wholes.set(ref, made)
    return made
  }

  /** A value in these parts, whatever there was of it. */
  along(ref: string, axis: number, sizes: readonly number[]): readonly string[] {
    const split = this.splits.get(ref)
    if (split !== undefined && split.axis === axis && split.sizes.join() === sizes.join()) return split.refs
    const whole = this.whole(ref)
    const key = `${ref} ${axis} ${sizes.join()}`
    const known = this.cut.get(key)
    if (known !== undefined) return known
    const inputs = [whole, this.intConstant(sizes, [sizes.length]), this.intConstant([axis], [])]
    const attributes = { num_split: { int: sizes.length }, T: { type: this.dtype(ref) }, Tlen: { type: DT.int32 } }
    const name = this.graph.add('SplitV', inputs, attributes, 'shard')
    const refs = sizes.map((_, part) => outputRef(name, part))
    this.cut.set(key, refs)
    return refs
  }

  intConstant(values: readonly number[], shape: readonly number[]): string {
    const key = `${shape.length}:${values.join()}`
    const known = this.constants.get(key)
    if (known !== undefined) return known
    const made = this.graph.constant(DT.int32, shape, new Uint8Array(Int32Array.from(values).buffer))
    this.constants.set(key, made)
    return made
  }

  sum(refs: readonly string[], dtype: number, scope = 'shard'): string {
    return this.graph.add('AddN', refs, { N: { int: refs.length }, T: { type: dtype } }, scope)
  }

  private assemble(ref: string): string {
    const addends = this.addends.get(ref)
    if (addends !== undefined) return this.sum(addends, this.dtype(ref))
    const split = this.splits.get(ref)
    if (split === undefined) return ref
    const attributes = { N: { int: split.refs.length }, T: { type: this.dtype(ref) }, Tidx: { type: DT.int32 } }
    return this.graph.add('ConcatV2', [...split.refs, this.intConstant([split.axis], [])], attributes, 'shard')
  }
}

export function outputRef(name: string, index: number): string {
  return index === 0 ? name : `${name}:${index}`
}

/** A size in parts as equal as can be. */
export function partSizes(size: number, parts: number): number[] {
  const small = Math.floor(size / parts)
  const larger = size - small * parts
  return Array.from({ length: parts }, (_, part) => (part < larger ? small + 1 : small))
}
