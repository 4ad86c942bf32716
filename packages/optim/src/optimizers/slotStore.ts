import type { Parameter } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import type { ExecutionGroup, Member } from './executionGroups.js'

/** What an optimizer says of its slots. */
export interface SlotRules {
  names(member: Member): readonly string[]
  /** Shape in memory; that of the parameter for all slots of parameters that are packed. */
  shape(slot: string, parameter: Parameter): readonly number[]
  /** What it is filled with at the beginning. */
  start(slot: string, member: Member): number
}

/** A parameter's part of the optimizer's state. */
export interface SlotValue {
  readonly slot: string
  readonly parameter: Parameter
  readonly shape: readonly number[]
  /** In memory layout. */
  readonly values: Float32Array
}

/** The slots of each execution group as variables: flat for packed parameters. They come to be once, before the first step, and stay. */
export class SlotStore {
  private readonly rules: SlotRules
  private readonly variables = new Map<ExecutionGroup, Map<string, tf.Variable>>()
  private readonly spreading = new Map<ExecutionGroup, tf.Variable>()

  constructor(rules: SlotRules) {
    this.rules = rules
  }

  /** By slot name. */
  of(execution: ExecutionGroup): ReadonlyMap<string, tf.Variable> {
    const made = this.variables.get(execution)
    if (made !== undefined) return made
    const first = execution.members[0]
    const slots = new Map<string, tf.Variable>()
    for (const slot of first === undefined ? [] : this.rules.names(first))
      slots.set(
        slot,
        this.fill(execution, slot, () => undefined),
      )
    this.variables.set(execution, slots)
    return slots
  }

  /** Ones for each element of a flat tensor, to spread numbers over. */
  ones(execution: ExecutionGroup): tf.Variable {
    const made = this.spreading.get(execution) ?? tf.tidy(() => tf.variable(tf.ones([execution.size]), false))
    this.spreading.set(execution, made)
    return made
  }

  /** Reads back what there is: never inside a step. */
  read(executions: readonly ExecutionGroup[]): SlotValue[] {
    return executions.flatMap((execution) =>
      [...(this.variables.get(execution) ?? [])].flatMap(([slot, variable]) => {
        const flat = Float32Array.from(variable.dataSync())
        return execution.members.map(({ parameter, offset, size }) => {
          const alone = execution.members.length === 1
          return {
            slot,
            parameter,
            shape: this.rules.shape(slot, parameter),
            values: alone ? flat : flat.slice(offset, offset + size),
          }
        })
      }),
    )
  }

  /** Replaces everything; what is not given starts anew. */
  write(executions: readonly ExecutionGroup[], given: (slot: string, parameter: Parameter) => Float32Array | undefined): void {
    for (const execution of executions) {
      for (const slot of this.of(execution).keys()) this.fill(execution, slot, (parameter) => given(slot, parameter))
    }
  }

  dispose(): void {
    for (const slots of this.variables.values()) for (const variable of slots.values()) variable.dispose()
    for (const variable of this.spreading.values()) variable.dispose()
    this.variables.clear()
    this.spreading.clear()
  }

  private fill(execution: ExecutionGroup, slot: string, given: (parameter: Parameter) => Float32Array | undefined): tf.Variable {
    const { members } = execution
    const [first] = members
    const alone = members.length === 1 && first !== undefined
    const shape = alone ? [...this.rules.shape(slot, first.parameter)] : [execution.size]
    const flat = new Float32Array(shape.reduce((a, b) => a * b, 1))
    for (const member of members) {
      const values = given(member.parameter)
      const start = this.rules.start(slot, member)
      if (values !== undefined) flat.set(values, member.offset)
      // Zeros that nobody wrote take no memory.
      else if (start !== 0) flat.fill(start, member.offset, alone ? flat.length : member.offset + member.size)
    }
    const variable = this.variables.get(execution)?.get(slot)
    return tf.tidy(() => {
      const tensor = tf.tensor(flat, shape, 'float32')
      if (variable === undefined) return tf.variable(tensor, false)
      variable.assign(tensor)
      return variable
    })
  }
}
