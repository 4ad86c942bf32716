import { TesseraError } from '@tessera/core'
import type { Parameter, ParamGroup } from '@tessera/nn'
import { stepVector, tf } from '@tessera/runtime'
import type { ExecutionGroup, Member } from './executionGroups.js'
import { flagOption } from './groupOption.js'
import type { HostState } from './hostState.js'

/** A number that a rule needs, from the parameter's group and its state on the host (`step`, 1 in the first step). */
export type ReadNumber = (group: ParamGroup, state: HostState) => number

/** The number as a tensor, once the step's table is there: a scalar, or one element for each of the parameters' elements. */
export type StepNumber = () => tf.Tensor

/** Neighbouring parameters for which a number is the same: read once, from `member`. */
interface Run {
  readonly member: Member
  elements: number
}

interface Entry {
  readonly read: ReadNumber
  readonly runs: readonly Run[]
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
    const runs = this.runs(read)
    const entry: Entry = { read, runs, tensor: undefined }
    this.entries.push(entry)
    this.decisions += runs.length > 1 ? `(${runs.map(({ elements }) => elements).join()})` : 's'
    return () => {
      if (entry.tensor !== undefined) return entry.tensor
      throw new TypeError('a number of the step is used before the step')
    }
  }

  /** The parameter, for rules that are not packed. */
  get parameter(): Parameter {
    const [first] = this.execution.members
    if (first === undefined) throw new TypeError('an execution group has parameters')
    return first.parameter
  }

  /** A number that decides what is computed (how many rounds), of an unpacked parameter. */
  constant(read: (group: ParamGroup) => number): number {
    const [value = 0] = this.execution.members.map(({ group }) => read(group))
    this.decisions += `=${value}`
    return value
  }

  /** Whether it is other than 0 for any, so that a rule can leave out what would change nothing. */
  any(read: ReadNumber): boolean {
    const any = this.execution.members.some((member) => this.value(read, member) !== 0)
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

  /**
   * Makes the tensors of several groups' numbers out of one table. Call inside a tidy.
   * @param onesOf ones for each element of a group's flat tensors
   */
  static load(all: readonly StepNumbers[], onesOf: (execution: ExecutionGroup) => tf.Tensor): void {
    const cells = all.flatMap((numbers) =>
      numbers.entries.flatMap(({ read, runs }) => runs.map(({ member }) => ({ numbers, read, member }))),
    )
    if (cells.length === 0) return
    const scalars = tf.unstack(stepVector(() => cells.map(({ numbers, read, member }) => numbers.value(read, member))))
    let next = 0
    for (const { entries, execution } of all) {
      for (const entry of entries) {
        const own = scalars.slice(next, next + entry.runs.length)
        next += own.length
        entry.tensor = own.length === 1 ? own[0] : spread(own, entry.runs, onesOf(execution))
      }
    }
  }

  /** While `fn` runs, vectors are their part from `begin`, of `length` elements; undefined leaves them whole. */
  within<T>(begin: number, length: number | undefined, fn: () => T): T {
    if (length === undefined) return fn()
    const vectors = this.entries.filter(({ runs }) => runs.length > 1)
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

  /** A parameter that was never stepped, because no gradient reaches it, differs from nobody. */
  private runs(read: ReadNumber): Run[] {
    const { members } = this.execution
    const started = members.some(({ parameter }) => this.stateOf(parameter.name).step > 0)
    const runs: Run[] = []
    let value: number | undefined
    let waiting = 0
    for (const member of members) {
      const last = runs.at(-1)
      if (started && this.stateOf(member.parameter.name).step === 0) {
        if (last === undefined) waiting += member.size
        else last.elements += member.size
        continue
      }
      const own = this.value(read, member)
      if (last !== undefined && Object.is(own, value)) last.elements += member.size
      else runs.push({ member, elements: member.size + waiting })
      value = own
      waiting = 0
    }
    return runs
  }

  private value(read: ReadNumber, { group, parameter }: Member): number {
    const state = this.stateOf(parameter.name)
    return read(group, state.step > 0 ? state : { ...state, step: 1 })
  }
}

/** One vector of a number for each run. */
function spread(scalars: readonly tf.Tensor[], runs: readonly Run[], ones: tf.Tensor): tf.Tensor {
  const parts = tf.split(
    ones,
    runs.map(({ elements }) => elements),
  )
  return tf.concat(parts.map((part, i) => tf.mul(part, scalars[i] ?? 1)))
}
