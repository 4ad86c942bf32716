import type { GraphNode } from '../graph.js'
import { nodeOf } from '../graph.js'
import type { Recording } from '../recorder.js'
import { outputRef, partSizes, Sharder } from './sharder.js'
import { SHARD_RULES } from './shardRules.js'

/**
 * Cuts a recorded step into parts along the batch that compute the same: every op that allows it works on one part's samples (or rows),
 * sums over samples are added up, and what needs all of a value gets it put together. The parts run side by side, one thread each. TensorFlow's
 * own way, two threads to every op, leaves both waiting for each other thousands of times a step, and makes small ops no faster at all.
 * The numbers are the same but for the order of sums over the batch. What no rule knows is computed whole.
 * @param parts usually the number of threads; 1 changes nothing
 */
export function shardRecording<TMeta>(recording: Recording<TMeta>, parts: number): Recording<TMeta> {
  if (parts < 2) return recording
  const { graph: old } = recording
  const sharder = new Sharder(old, parts, old.values)
  const batch = batchSize(recording)
  const seeds = new Set(batch >= parts ? recording.inputs.filter((ref) => sharder.shape(ref)?.[0] === batch) : [])
  for (const node of old.nodes) {
    if (!shardNode(node, sharder)) copyWhole(node, sharder)
    if (!seeds.has(node.name)) continue
    const sizes = partSizes(batch, parts)
    sharder.set(node.name, { whole: node.name })
    sharder.set(node.name, { axis: 0, sizes, refs: sharder.along(node.name, 0, sizes) })
  }
  const states = recording.states.map((state) => ({ ...state, next: state.next === undefined ? undefined : sharder.whole(state.next) }))
  const outputs = recording.outputs.map((output) => ({ ...output, ref: sharder.whole(output.ref) }))
  return { ...recording, graph: sharder.graph, states, outputs }
}

/** Samples in the step's inputs: the leading size of the first that is more than one number. */
function batchSize({ inputs, graph }: Recording<unknown>): number {
  const first = inputs.find((ref) => (graph.values.get(ref)?.shape.length ?? 0) > 0)
  return first === undefined ? 0 : (graph.values.get(first)?.shape[0] ?? 0)
}

function shardNode(node: GraphNode, sharder: Sharder): boolean {
  const rule = SHARD_RULES.get(node.op)
  if (rule === undefined || node.inputs.some((input) => input.startsWith('^') || sharder.shape(input) === undefined)) return false
  const sharded = rule(node, sharder)
  sharded?.forEach((one, index) => {
    sharder.set(outputRef(node.name, index), one)
  })
  return sharded !== undefined
}

function copyWhole(node: GraphNode, sharder: Sharder): void {
  const inputs = node.inputs.map((input) => (input.startsWith('^') ? `^${nodeOf(sharder.whole(input.slice(1)))}` : sharder.whole(input)))
  sharder.graph.nodes.push({ ...node, inputs })
}
