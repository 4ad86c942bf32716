import type { GraphNode } from '../graph.js'
import { outputRef, type Sharded, type Sharder, type Split } from './sharder.js'

/** Emits an op part by part. @returns what became of each output, or undefined when the op must see its inputs whole */
export type ShardRule = (node: GraphNode, sharder: Sharder) => readonly Sharded[] | undefined

/** The op on each part, all else equal. */
export function perPart(node: GraphNode, sharder: Sharder, parts: readonly (readonly string[])[], outputs = 1): string[][] {
  const scope = scopeOf(node)
  const names = parts.map((inputs) => sharder.graph.add(node.op, inputs, node.attributes, scope))
  return Array.from({ length: outputs }, (_, output) => names.map((name) => outputRef(name, output)))
}

export function scopeOf({ name }: GraphNode): string {
  const slash = name.lastIndexOf('/')
  return slash < 0 ? '' : name.slice(0, slash)
}

export function largestSplit(inputs: readonly string[], sharder: Sharder): { split: Split; index: number } | undefined {
  let best: { split: Split; index: number; size: number } | undefined
  for (const [index, input] of inputs.entries()) {
    const split = sharder.splitOf(input)
    const size = (sharder.shape(input) ?? []).reduce((product, one) => product * one, 1)
    if (split !== undefined && (best === undefined || size > best.size)) best = { split, index, size }
  }
  return best
}

/** From the parts of each input to the inputs of each part. */
export function transposed(inputs: readonly (readonly string[])[], parts: number): string[][] {
  return Array.from({ length: parts }, (_, part) => inputs.map((refs) => refs[part] ?? ''))
}
