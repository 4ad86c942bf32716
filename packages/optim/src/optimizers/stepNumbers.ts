import { TesseraError } from '@tessera/core'
import type { ParamGroup } from '@tessera/nn'
import { stepVector, tf } from '@tessera/runtime'
import type { ExecutionGroup, Member } from './executionGroups.js'
import { flagOption } from './groupOption.js'
import type { HostState } from './hostState.js'

/** A number that a rule needs, from the parameter's group and its state on the host (`step`, 1 in the first step). */
export type ReadNumber = (group: ParamGroup, state: HostState) => number

/** The number as a tensor, once the step's table is there: a scalar, or one element for each of the parameters' elements. */
export type StepNumber = () => tf.Tensor

interface Entry {
  readonly read: ReadNumber
  /** Read once for all, or for each member. */
  readonly uniform: boolean
  tensor: tf.Tensor | undefined
}

/**
 * What the update of one execution group asks of the host. A rule is made with it before any tensor is touched, so that it can be
 * known what shapes the step's graph (`key`); all numbers of all groups then travel in one table.
 */
export class StepNumbers {
  private readonly execution: ExecutionGroup
  private readonly stateOf: (name: string) => HostState
  private readonly entries: Entry[] = []
  private decisions = ''

  constructor(execution: ExecutionGroup, stateOf: (name: string) => HostState) {
    this.execution = execution
    this.stateOf = stateOf
  }

  /** Which numbers are one for all, and which are left out: a change of it is another graph. */
  get key(): string {
    return this.decisions
  }

  number(read: ReadNumber): StepNumber {
    const values = this.values(read)
    const uniform = values.every((value) => Object.is(value, values[0]))
    const entry: Entry = { read, uniform, tensor: undefined }
    this.entries.push(entry)
    this.decisions += uniform ? 's' : 'v'
    return () => {
      if (entry.tensor !== undefined) return entry.tensor
      throw new TypeError('a number of the step is used before the step')
    }
  }

  /** Whether it is other than 0 for any, so that a rule can leave out what would change nothing. */
  any(read: ReadNumber): boolean {
    const any = this.values(read).some((value) => value !== 0)
    this.decisions += any ? '1' : '0'
    return any
  }

  /** The number, or undefined when it is 0 for all. */
  nonZero(read: ReadNumber): StepNumber | undefined {
    return this.any(read) ? this.number(read) : undefined
  }

  /** An option that decides what is computed. @throws TesseraError INVALID_OPTIONS when groups that are updated together differ */
  flag(key: string): boolean {
    const [first, ...others] = this.execution.members.map(({ group }) => flagOption(group, key))
    if (others.some((other) => other !== first)) {
      throw new TesseraError('INVALID_OPTIONS', {
        what: `'${key}' was changed in some parameter groups after the optimizer was built`,
        path: this.execution.members[0]?.parameter.name,
        hint: 'Set it in the config, by optimizer options or custom_keys.',
      })
    }
    this.decisions += first === true ? 't' : 'f'
    return first === true
  }

  /** Makes the tensors of several groups' numbers out of one table. Call inside a tidy. */
  static load(all: readonly StepNumbers[], expand: (execution: ExecutionGroup, values: tf.Tensor) => tf.Tensor): void {
    const scalars = all.flatMap((numbers) => numbers.entries.filter(({ uniform }) => uniform).map((entry) => ({ numbers, entry })))
    const vectors = all.flatMap((numbers) => numbers.entries.filter(({ uniform }) => !uniform).map((entry) => ({ numbers, entry })))
    if (scalars.length + vectors.length === 0) return
    const table = stepVector(() => [
      ...scalars.map(({ numbers, entry }) => numbers.first(entry.read)),
      ...vectors.flatMap(({ numbers, entry }) => numbers.all(entry.read)),
    ])
    const lengths = vectors.map(({ numbers }) => numbers.execution.members.length)
    const parts =
      vectors.length === 0
        ? [table]
        : tf.split(
            table,
            [scalars.length, ...lengths].filter((length) => length > 0),
          )
    const single = scalars.length === 0 ? [] : tf.unstack(parts[0] ?? table)
    scalars.forEach(({ entry }, i) => {
      entry.tensor = single[i]
    })
    vectors.forEach(({ numbers, entry }, i) => {
      const values = parts[scalars.length === 0 ? i : i + 1]
      if (values !== undefined) entry.tensor = expand(numbers.execution, values)
    })
  }

  /** While `fn` runs, vectors are their part from `begin`, of `length` elements; undefined leaves them whole. */
  within<T>(begin: number, length: number | undefined, fn: () => T): T {
    if (length === undefined) return fn()
    const vectors = this.entries.filter(({ uniform }) => !uniform)
    const whole = vectors.map(({ tensor }) => tensor)
    for (const entry of vectors) entry.tensor = entry.tensor && tf.slice(entry.tensor, [begin], [length])
    try {
      return fn()
    } finally {
      vectors.forEach((entry, i) => {
        entry.tensor = whole[i]
      })
    }
  }

  /** Of the parameters that have been stepped; before the first step, of all. */
  private values(read: ReadNumber): number[] {
    const { members } = this.execution
    if (members.length === 1) return this.all(read)
    const stepped = members.filter(({ parameter }) => this.stateOf(parameter.name).step > 0)
    return (stepped.length > 0 ? stepped : members).map((member) => this.read(read, member))
  }

  private first(read: ReadNumber): number {
    const { members } = this.execution
    const member = members.find(({ parameter }) => this.stateOf(parameter.name).step > 0) ?? members[0]
    return member === undefined ? 0 : this.read(read, member)
  }

  private all(read: ReadNumber): number[] {
    return this.execution.members.map((member) => this.read(read, member))
  }

  private read(read: ReadNumber, { group, parameter }: Member): number {
    const state = this.stateOf(parameter.name)
    return read(group, state.step > 0 ? state : { ...state, step: 1 })
  }
}
