import { availableParallelism } from 'node:os'
import type { InPlaceUpdate } from '../step/hostEvents.js'
import type { tf } from '../tf.js'
import type { Attributes } from './attributes.js'
import { type Graph, nodeOf } from './graph.js'
import { DT, dtypeNumber } from './nativeInternals.js'

/** Updates in place that run side by side. More at once would take each other's place in the caches between the passes of one. */
const LANES = availableParallelism()

export interface VariableNodes {
  readonly handle: string
  /** Its value as the step begins, if anything has asked for it yet. */
  read: string | undefined
}

/** What a recording knows of values and variables. */
export interface RecordedValues {
  nodesOf(variable: tf.Variable): VariableNodes
  /** The node's output that a tensor, or a variable as it is now, stands for. */
  ref(tensor: tf.TensorInfo): string
  /** Whether the variable still has the value with which the step began. */
  isUntouched(variable: tf.Variable): boolean
  /** A tensor that stands for a node's output, of the variable's shape. */
  tensor(ref: string, like: tf.Variable): tf.Tensor
}

/** Ops of a recorded step that write variables in place, and their order among each other and with what reads the variables. */
export class InPlaceUpdates {
  /** The first op that changes a variable before the step ends, by its place in the graph. */
  private readonly changes = new Map<tf.Variable, number>()
  /** Ops that write in place, in their order. */
  private readonly updates: string[] = []

  constructor(
    private readonly graph: Graph,
    private readonly values: RecordedValues,
  ) {}

  /** @param scope the module that asks, for the nodes' names */
  add({ op, variables, inputs, flags, scale }: InPlaceUpdate, scope: string): void {
    const { graph, values } = this
    const type = { T: { type: DT.float } }
    const refs = inputs.map((tensor) => values.ref(tensor))
    // Nothing changes before all that the op takes is there: a step that fails on the way to it leaves the variables alone.
    const earlier = this.updates.at(-LANES)
    const ready = [...new Set([...refs, ...(earlier === undefined ? [] : [earlier])].map((ref) => `^${nodeOf(ref)}`))]
    const assigned = variables.flatMap((variable, index) => {
      const factor = index === 0 ? scale : undefined
      if (factor === undefined && values.isUntouched(variable)) return []
      const now = values.ref(variable)
      const { handle } = values.nodesOf(variable)
      const assign = (value: string, after: readonly string[]): string => {
        this.noteChange(variable)
        return graph.add('AssignVariableOp', [handle, value, ...after], variableType(variable), scope)
      }
      if (factor === undefined) return [assign(now, ready)]
      // Once the variable has let go of its value, the product may take the value's memory: a pass in place instead of one into new memory.
      this.noteChange(variable)
      const released = [handle, `^${nodeOf(now)}`, ...ready]
      const free = graph.add('DestroyResourceOp', released, { ignore_lookup_error: { bool: true } }, scope)
      return [assign(graph.add('Mul', [now, values.ref(factor), `^${free}`], type, scope), [])]
    })
    const handles = variables.map((variable) => values.nodesOf(variable).handle)
    const booleans = Object.fromEntries(Object.entries(flags).map(([name, bool]) => [name, { bool }]))
    const after = assigned.map((name) => `^${name}`)
    for (const variable of variables) this.noteChange(variable)
    const done = graph.add(op, [...handles, ...refs, ...after, ...ready], { ...type, ...booleans }, scope)
    this.updates.push(done)
    for (const variable of variables) {
      const read = graph.add('ReadVariableOp', [values.nodesOf(variable).handle, `^${done}`], variableType(variable), scope)
      const next = values.tensor(read, variable)
      variable.assign(next)
      next.dispose()
    }
  }

  /** What asks for a variable's value as the step begins reads it before that changes. Once the step has ended. */
  readBeforeChanges(): void {
    for (const [variable, index] of this.changes) {
      const node = this.graph.nodes[index]
      const { read } = this.values.nodesOf(variable)
      if (node !== undefined && read !== undefined) this.graph.nodes[index] = { ...node, inputs: [...node.inputs, `^${read}`] }
    }
  }

  /** The next node changes the variable. */
  private noteChange(variable: tf.Variable): void {
    if (!this.changes.has(variable)) this.changes.set(variable, this.graph.nodes.length)
  }
}

export function variableType(variable: tf.Variable): Attributes {
  return { dtype: { type: dtypeNumber(variable.dtype) } }
}
