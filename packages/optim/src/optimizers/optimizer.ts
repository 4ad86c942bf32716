import { type OptimStateDict, type Parameter, type ParamGroup, toFile } from '@tessera/nn'
import { isRecording, stepEffect, stepGuard, tf } from '@tessera/runtime'
import { type ExecutionGroup, PACKING, type PackingLimits, planExecutionGroups, runsOf } from './executionGroups.js'
import { fillGroups, type OptionsSchema } from './fillGroups.js'
import type { HostState } from './hostState.js'
import { readOptimizerState, writeOptimizerState } from './optimizerState.js'
import type { ParamGroupInit } from './paramGroupInit.js'
import { runTensors } from './runTensors.js'
import { SlotStore } from './slotStore.js'
import { StepNumbers } from './stepNumbers.js'

/** A parameter's optimizer state by slot name (`exp_avg`). */
export type Slots = Readonly<Record<string, tf.Tensor>>

export interface Update {
  readonly param: tf.Tensor
  readonly slots: Slots
}

/** Pure: from a parameter, its gradient and its slots to their next values. Element by element unless the optimizer says otherwise. */
export type UpdateRule = (param: tf.Tensor, grad: tf.Tensor, slots: Slots) => Update

/** The same as an `UpdateRule` for one parameter in a recorded step, by an op that writes the variables in place. */
export type InPlaceRule = (param: tf.Variable, grad: tf.Tensor, slots: Readonly<Record<string, tf.Variable>>) => void

export type Gradients = ReadonlyMap<Parameter, tf.Tensor>

/**
 * The base of all optimizers (torch.optim.Optimizer): parameter groups, and state kept under each parameter's name.
 * A step is `advance` (host: counts) and `update` (device: tensors only, every changing number by `stepVector`), so that the
 * second can be recorded. A subclass says which slots it keeps and what its rule is. However many groups there are, small
 * parameters are updated together (`executionGroups.ts`).
 */
export abstract class Optimizer {
  readonly paramGroups: ParamGroup[]
  /** The options, defaults filled in, as they hold for a group that says nothing else. */
  readonly defaults: Readonly<Record<string, unknown>>
  private readonly optionKeys: readonly string[]
  private readonly state = new Map<string, HostState>()
  private readonly slots: SlotStore
  private planned: readonly ExecutionGroup[] | undefined

  /**
   * @param options parsed by `schema`
   * @param groups what they leave out, `options` fill in
   */
  constructor(options: object, groups: readonly ParamGroupInit[], schema: OptionsSchema) {
    this.defaults = { ...options }
    this.paramGroups = fillGroups(groups, this.defaults, schema, this.constructor.name)
    this.optionKeys = Object.keys(schema.entries)
    this.slots = new SlotStore({
      names: ({ group, parameter }) => this.slotNames(group, parameter),
      shape: (slot, parameter) => this.slotShape(slot, parameter),
      start: (slot, { group }) => this.slotStart(slot, group),
    })
  }

  /** Names of the state that a parameter of this group needs. */
  protected abstract slotNames(group: ParamGroup, parameter: Parameter): readonly string[]

  /**
   * Says which numbers a step needs, and returns the rule that uses them. Called once a step for parameters that are updated
   * together; what it decides by options it asks of `numbers`, so that a recorded step knows when it no longer fits.
   */
  protected abstract rule(numbers: StepNumbers): UpdateRule

  /**
   * As `rule`, by one of TensorFlow's training ops (`stepInPlace`), for a parameter that is updated alone in a recorded step; undefined when
   * there is none that computes the same.
   */
  protected inPlaceRule(_numbers: StepNumbers): InPlaceRule | undefined {
    return undefined
  }

  /** How parameters are packed. A rule that does not act element by element (it looks at a parameter's norm) needs NO_PACKING. */
  protected readonly packing: PackingLimits = PACKING

  /** Shape in memory; another than the parameter's only where the rule is not element by element. */
  protected slotShape(_slot: string, parameter: Parameter): readonly number[] {
    return parameter.variable.shape
  }

  /** What a slot is filled with at the beginning. */
  protected slotStart(_slot: string, _group: ParamGroup): number {
    return 0
  }

  /** Counts one update of a parameter. Override to keep more on the host. */
  protected count(state: HostState, _group: ParamGroup): void {
    state.step++
  }

  /** What all gradients together go through before the rules (clipping by their norm). */
  protected prepareGradients(grads: Gradients): Gradients {
    return grads
  }

  /** One step. A parameter without a gradient stays as it is, and its step is not counted (as in PyTorch). */
  step(grads: Gradients): void {
    this.advance(grads.keys())
    this.update(grads)
  }

  /** The host's half of a step. */
  advance(parameters: Iterable<Parameter>): void {
    const all = new Set(parameters)
    const reached = this.paramGroups.flatMap((group) =>
      group.params.flatMap((parameter) => (all.has(parameter) ? [{ group, name: parameter.name }] : [])),
    )
    let before: HostState[] = []
    stepEffect(
      () => {
        before = reached.map(({ name }) => ({ ...this.stateFor(name) }))
        for (const { group, name } of reached) this.count(this.stateFor(name), group)
      },
      () => {
        reached.forEach(({ name }, index) => {
          // The whole record: a key that the count added goes, too.
          this.state.set(name, before[index] ?? { step: 0 })
        })
      },
    )
  }

  /** The device's half of a step. */
  update(grads: Gradients): void {
    this.prepare()
    stepGuard(() => this.stepKey())
    tf.tidy(() => {
      const prepared = this.prepareGradients(grads)
      const plans = this.executionGroups
        .filter(({ members }) => members.some(({ parameter }) => prepared.has(parameter)))
        .map((execution) => {
          const numbers = this.numbersOf(execution)
          const inPlace = isRecording() && execution.members.length === 1 ? this.inPlaceRule(numbers) : undefined
          return { execution, numbers, inPlace, rule: inPlace === undefined ? this.rule(numbers) : undefined }
        })
      StepNumbers.load(
        plans.map(({ numbers }) => numbers),
        (execution) => this.slots.ones(execution),
      )
      // Recorded updates run one after another, in the order in which gradients come: from the last parameter to the first.
      for (const { execution, numbers, inPlace, rule } of isRecording() ? plans.toReversed() : plans) {
        // A tidy of its own: the temporaries of one group go before the next one's come.
        tf.tidy(() => {
          if (inPlace !== undefined) this.updateInPlace(execution, inPlace, prepared)
          if (rule !== undefined) this.updateTogether(execution, numbers, rule, prepared)
        })
      }
    })
  }

  /**
   * What of the host's state shapes the graph of the next `update`, besides which gradients there are: options that decide,
   * numbers that are zero or differ between parameters. Cheap; a recorded step is valid as long as this is the same.
   */
  stepKey(): string {
    return this.executionGroups
      .map((execution) => {
        const numbers = this.numbersOf(execution)
        this.rule(numbers)
        return numbers.key
      })
      .join()
  }

  /** Makes all state that a step needs, so that a step makes none. */
  prepare(): void {
    for (const execution of this.executionGroups) {
      this.slots.of(execution)
      // Of one group, parameters differ in nothing unless one of them misses a step.
      if (new Set(execution.members.map(({ group }) => group)).size > 1) this.slots.ones(execution)
    }
  }

  stateDict(): OptimStateDict {
    const stepped = this.slots.read(this.executionGroups).filter(({ parameter }) => this.stateFor(parameter.name).step > 0)
    return writeOptimizerState({
      groups: this.paramGroups,
      state: this.state,
      slots: stepped.map(({ slot, parameter, shape, values }) =>
        isLikeParameter(shape, parameter)
          ? { slot, parameter, shape: parameter.shape, values: toFile(values, parameter.shape, parameter.layout) }
          : { slot, parameter, shape, values },
      ),
    })
  }

  /** @throws TesseraError STATE_DICT_MISMATCH when the state belongs to other parameters; then nothing has changed */
  loadStateDict(saved: OptimStateDict): void {
    const { options, state, slots } = readOptimizerState(saved, this.paramGroups, (parameter, group) =>
      this.slotNames(group, parameter).map((slot) => {
        const shape = this.slotShape(slot, parameter)
        return isLikeParameter(shape, parameter) ? { slot, shape: parameter.shape, layout: parameter.layout } : { slot, shape }
      }),
    )
    this.state.clear()
    for (const [name, own] of state) this.state.set(name, own)
    this.slots.write(this.executionGroups, (slot, parameter) => slots.get(slot)?.get(parameter))
    options.forEach((saved, index) => {
      const group = this.paramGroups[index]
      if (group !== undefined) Object.assign(group, saved)
    })
  }

  /** Frees the state; parameters belong to the model. */
  dispose(): void {
    this.slots.dispose()
  }

  private updateInPlace(execution: ExecutionGroup, rule: InPlaceRule, grads: Gradients): void {
    for (const { parameter } of execution.members) {
      const grad = grads.get(parameter)
      if (grad !== undefined) rule(parameter.variable, grad, Object.fromEntries(this.slots.of(execution)))
    }
  }

  private updateTogether(execution: ExecutionGroup, numbers: StepNumbers, rule: UpdateRule, grads: Gradients): void {
    const slots = this.slots.of(execution)
    for (const run of runsOf(execution.members, ({ parameter }) => grads.has(parameter))) {
      const { begin, length, flatten, split, part, replace } = runTensors(execution, run)
      const next = numbers.within(begin, length === execution.size ? undefined : length, () =>
        rule(
          flatten(run.map(({ parameter }) => parameter.variable)),
          flatten(run.map(({ parameter }) => grads.get(parameter)).filter((grad) => grad !== undefined)),
          Object.fromEntries([...slots].map(([name, variable]) => [name, part(variable)])),
        ),
      )
      split(next.param).forEach((value, i) => {
        run[i]?.parameter.variable.assign(value)
      })
      for (const [name, variable] of slots) {
        const value = next.slots[name]
        if (value !== undefined) variable.assign(replace(variable, value))
      }
    }
  }

  private get executionGroups(): readonly ExecutionGroup[] {
    this.planned ??= planExecutionGroups(this.paramGroups, (group) => this.packingKey(group), this.packing)
    return this.planned
  }

  /** Learning rate and weight decay may differ in a pack; every other option would make most of its numbers vectors. */
  private packingKey(group: ParamGroup): string {
    return JSON.stringify(this.optionKeys.filter((key) => key !== 'lr' && key !== 'weight_decay').map((key) => group[key]))
  }

  private numbersOf(execution: ExecutionGroup): StepNumbers {
    return new StepNumbers(execution, (name) => this.stateFor(name))
  }

  private stateFor(name: string): HostState {
    const known = this.state.get(name)
    if (known !== undefined) return known
    const fresh: HostState = { step: 0 }
    this.state.set(name, fresh)
    return fresh
  }
}

function isLikeParameter(shape: readonly number[], parameter: Parameter): boolean {
  return shape.join() === parameter.variable.shape.join()
}
