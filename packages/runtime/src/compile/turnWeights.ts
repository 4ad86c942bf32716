import { flagOf } from './attributes.js'
import { Graph, type GraphNode, nodeOf } from './graph.js'
import type { RecordedState, Recording } from './recorder.js'

/**
 * A session that changes no weights holds those of its products the other way round, [in, out] for a layer's [out, in]: oneDNN packs a product's
 * right side at every call, and where rows are few a product takes a fifth to a quarter less time when that need not be turned, too. The
 * numbers are the same; nothing is held twice.
 */
export function turnWeights<TMeta>(recording: Recording<TMeta>): Recording<TMeta> {
  const turned = new Set(changesState(recording) ? [] : recording.states.filter((state) => isTurnedOnly(state, recording)))
  if (turned.size === 0) return recording
  const handles = new Map([...turned].map(({ handle, variable }) => [handle, [...variable.shape].reverse()]))
  const reads = new Set([...turned].map(({ read }) => read))
  const graph = new Graph('w')
  for (const [ref, value] of recording.graph.values) graph.values.set(ref, value)
  for (const node of recording.graph.nodes) {
    const shape = handles.get(node.name)
    if (shape !== undefined) graph.nodes.push({ ...node, attributes: { ...node.attributes, shape: { shape } } })
    else if (reads.has(node.inputs[1])) graph.nodes.push({ ...node, attributes: { ...node.attributes, transpose_b: { bool: false } } })
    else graph.nodes.push(node)
  }
  for (const { read, variable } of turned) {
    const value = graph.values.get(read ?? '')
    if (read !== undefined && value !== undefined) graph.values.set(read, { ...value, shape: [...variable.shape].reverse() })
  }
  return { ...recording, graph, states: recording.states.map((state) => (turned.has(state) ? { ...state, isTransposed: true } : state)) }
}

function changesState({ states, graph }: Recording<unknown>): boolean {
  const handles = new Set(states.map(({ handle }) => handle))
  const writes = (node: GraphNode) => node.op !== 'ReadVariableOp' && node.inputs.some((input) => handles.has(nodeOf(input)))
  return states.some(({ next }) => next !== undefined) || graph.nodes.some(writes)
}

/** Whether all that is done with a matrix is to multiply by it, transposed. */
function isTurnedOnly({ read, variable }: RecordedState, { graph, outputs }: Recording<unknown>): boolean {
  if (read === undefined || variable.rank !== 2 || outputs.some(({ ref }) => ref === read)) return false
  const users = graph.nodes.filter(({ inputs }) => inputs.some((input) => nodeOf(input) === read))
  return (
    users.length > 0 &&
    users.every(({ op, inputs, attributes }) => op === 'MatMul' && flagOf(attributes, 'transpose_b') && inputs.indexOf(read) === 1)
  )
}
