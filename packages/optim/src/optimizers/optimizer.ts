import type { OptimStateDict, Parameter, ParamGroup } from '@tessera/nn'
import { stepScalar, tf } from '@tessera/runtime'
import { fillGroups, type OptionsSchema } from './fillGroups.js'
import { type OptimizerState, readOptimizerState, writeOptimizerState } from './optimizerState.js'
import type { ParamGroupInit } from './paramGroupInit.js'

/** A parameter's optimizer state by slot name (`exp_avg`), each of the parameter's shape in memory. */
export type Slots = Readonly<Record<string, tf.Tensor>>

export interface Update {
  readonly param: tf.Tensor
  readonly slots: Slots
}

/** Pure: from a parameter, its gradient and its slots to their next values. */
export type UpdateRule = (param: tf.Tensor, grad: tf.Tensor, slots: Slots) => Update

/**
 * The base of all optimizers (torch.optim.Optimizer): parameter groups, and state kept under each parameter's name.
 * A step is `advance` (host: counts) and `update` (device: tensors only, every changing number by `stepScalar`), so that the
 * second can be recorded. A subclass says which slots it keeps and what its rule is.
 */
export abstract class Optimizer {
  readonly paramGroups: ParamGroup[]
  /** The options, defaults filled in, as they hold for a group that says nothing else. */
  readonly defaults: Readonly<Record<string, unknown>>
  private readonly slots = new Map<string, Map<string, tf.Variable>>()
  private readonly steps = new Map<string, number>()
  private shared = new Map<number, tf.Scalar>()

  /**
   * @param options parsed by `schema`
   * @param groups what they leave out, `options` fill in
   */
  constructor(options: object, groups: readonly ParamGroupInit[], schema: OptionsSchema) {
    this.defaults = { ...options }
    this.paramGroups = fillGroups(groups, this.defaults, schema, this.constructor.name)
  }

  /** Names of the state that a parameter of this group needs. */
  protected abstract slotNames(group: ParamGroup): readonly string[]

  /**
   * Makes the group's scalars and returns its rule; called once a step for the group's parameters of equal step count.
   * @param count the parameters' step count, 1 in the first step; read it inside `stepScalar` only
   */
  protected abstract rule(group: ParamGroup, count: () => number): UpdateRule

  /** One step. A parameter without a gradient stays as it is, and its step is not counted (as in PyTorch). */
  step(grads: ReadonlyMap<Parameter, tf.Tensor>): void {
    this.advance(grads.keys())
    this.update(grads)
  }

  /** The host's half of a step. */
  advance(parameters: Iterable<Parameter>): void {
    for (const { name } of parameters) this.steps.set(name, (this.steps.get(name) ?? 0) + 1)
  }

  /** The device's half of a step. */
  update(grads: ReadonlyMap<Parameter, tf.Tensor>): void {
    tf.tidy(() => {
      this.shared = new Map()
      for (const group of this.paramGroups) this.updateGroup(group, grads)
      this.shared.clear()
    })
  }

  stateDict(): OptimStateDict {
    return writeOptimizerState(this.state())
  }

  /** @throws TesseraError STATE_DICT_MISMATCH when the state belongs to other parameters; then nothing has changed */
  loadStateDict(saved: OptimStateDict): void {
    const slotNames = new Set(this.paramGroups.flatMap((group) => this.slotNames(group)))
    const { options, steps, slots } = readOptimizerState(saved, this.paramGroups, slotNames)
    this.dispose()
    this.steps.clear()
    for (const [name, count] of steps) this.steps.set(name, count)
    for (const { slot, parameter, values } of slots) {
      const { variable } = this.slot(slot, parameter)
      tf.tidy(() => variable.assign(tf.tensor(values, variable.shape, 'float32')))
    }
    options.forEach((saved, index) => {
      const group = this.paramGroups[index]
      if (group !== undefined) Object.assign(group, saved)
    })
  }

  /** Frees the state; parameters belong to the model. */
  dispose(): void {
    for (const ofSlot of this.slots.values()) for (const variable of ofSlot.values()) variable.dispose()
    this.slots.clear()
  }

  /** A scalar that groups share while the number behind it is the same: for what rarely differs (betas, eps). */
  protected sharedScalar(read: () => number): tf.Scalar {
    const value = read()
    const made = this.shared.get(value) ?? stepScalar(read)
    this.shared.set(value, made)
    return made
  }

  private updateGroup(group: ParamGroup, grads: ReadonlyMap<Parameter, tf.Tensor>): void {
    const rules = new Map<number, UpdateRule>()
    const slotNames = this.slotNames(group)
    for (const parameter of group.params) {
      const grad = grads.get(parameter)
      if (grad === undefined) continue
      const count = () => this.steps.get(parameter.name) ?? 1
      const rule = rules.get(count()) ?? this.rule(group, count)
      rules.set(count(), rule)
      // A tidy of its own: the temporaries of one parameter go before the next one's come.
      tf.tidy(() => {
        const own = slotNames.map((name) => ({ name, ...this.slot(name, parameter) }))
        const next = rule(parameter.variable, grad, Object.fromEntries(own.map(({ name, variable }) => [name, variable])))
        parameter.variable.assign(next.param)
        for (const { name, variable } of own) {
          const value = next.slots[name]
          if (value !== undefined) variable.assign(value)
        }
      })
    }
  }

  /** Zeros at first use. */
  private slot(slot: string, parameter: Parameter): { variable: tf.Variable } {
    const ofSlot = this.slots.get(slot) ?? new Map<string, tf.Variable>()
    this.slots.set(slot, ofSlot)
    const variable = ofSlot.get(parameter.name) ?? tf.tidy(() => tf.variable(tf.zeros(parameter.variable.shape), false))
    ofSlot.set(parameter.name, variable)
    return { variable }
  }

  private state(): OptimizerState {
    return { groups: this.paramGroups, steps: this.steps, slots: this.slots }
  }
}
