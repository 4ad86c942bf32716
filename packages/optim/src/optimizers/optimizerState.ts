import { TesseraError } from '@tessera/core'
import { type OptimStateDict, type Parameter, type ParamGroup, toFile, toMemory } from '@tessera/nn'
import type { tf } from '@tessera/runtime'
import * as v from 'valibot'

export interface OptimizerState {
  readonly groups: readonly ParamGroup[]
  readonly steps: ReadonlyMap<string, number>
  /** By slot name, then parameter name. */
  readonly slots: ReadonlyMap<string, ReadonlyMap<string, tf.Variable>>
}

/** Tensors by `<slot>.<parameter>` in file layout; JSON: each group's options with its parameters' names, and their step counts. */
export function writeOptimizerState(state: OptimizerState): OptimStateDict {
  const parameters = state.groups.flatMap((group) => group.params)
  const tensors = new Map<string, { shape: readonly number[]; data: Float32Array }>()
  for (const [slot, ofSlot] of state.slots) {
    for (const { name, shape, layout } of parameters) {
      const variable = ofSlot.get(name)
      if (variable !== undefined) {
        tensors.set(`${slot}.${name}`, { shape, data: toFile(Float32Array.from(variable.dataSync()), shape, layout) })
      }
    }
  }
  return {
    tensors,
    json: {
      state: { step: Object.fromEntries(state.steps) },
      param_groups: state.groups.map((group) => ({ ...structuredClone(optionsOf(group)), params: group.params.map(({ name }) => name) })),
    },
  }
}

const savedSchema = v.looseObject({
  state: v.looseObject({ step: v.record(v.string(), v.number()) }),
  param_groups: v.array(v.looseObject({ params: v.array(v.string()), lr: v.number() })),
})

export interface ReadOptimizerState {
  /** A record for each group, without `params`. */
  readonly options: readonly Record<string, unknown>[]
  readonly steps: ReadonlyMap<string, number>
  /** Values in memory layout. */
  readonly slots: readonly { slot: string; parameter: Parameter; values: Float32Array }[]
}

/** Checks a saved state against the groups it is to go into. */
export function readOptimizerState(
  saved: OptimStateDict,
  groups: readonly ParamGroup[],
  slotNames: ReadonlySet<string>,
): ReadOptimizerState {
  const parsed = v.safeParse(savedSchema, saved.json)
  if (!parsed.success) {
    const issue = parsed.issues[0]
    throw mismatch('the optimizer state is not one of ours', v.getDotPath(issue) ?? undefined, issue.input, issue.expected ?? undefined)
  }
  const { state, param_groups } = parsed.output
  if (param_groups.length !== groups.length) {
    throw mismatch('the optimizer state has another number of parameter groups', undefined, param_groups.length, String(groups.length))
  }
  const options = groups.map((group, index) => {
    const { params = [], ...rest } = param_groups[index] ?? {}
    const wrong = group.params.findIndex(({ name }, i) => params[i] !== name)
    if (wrong >= 0 || params.length !== group.params.length) {
      const place = Math.max(wrong, 0)
      throw mismatch('the optimizer state groups other parameters', `param_groups[${index}]`, params[place], group.params[place]?.name)
    }
    return structuredClone(rest)
  })
  const parameters = new Map(groups.flatMap((group) => group.params).map((parameter) => [parameter.name, parameter]))
  const slots = [...saved.tensors].map(([key, { shape, data }]) => {
    const slot = [...slotNames].find((name) => key.startsWith(`${name}.`))
    const parameter = slot === undefined ? undefined : parameters.get(key.slice(slot.length + 1))
    if (slot === undefined || parameter === undefined) {
      throw mismatch(
        'the optimizer state has a tensor that no parameter asks for',
        key,
        'this name',
        `<${[...slotNames].join('|')}>.<parameter>`,
      )
    }
    if (shape.join() !== parameter.shape.join())
      throw mismatch('the optimizer state has another shape', key, shape, `[${parameter.shape.join()}]`)
    return { slot, parameter, values: toMemory(data, shape, parameter.layout) }
  })
  return { options, steps: new Map(Object.entries(state.step)), slots }
}

function optionsOf(group: ParamGroup): Record<string, unknown> {
  return Object.fromEntries(Object.entries(group).filter(([key]) => key !== 'params'))
}

function mismatch(what: string, path: string | undefined, got: unknown, expected: string | undefined): TesseraError {
  return new TesseraError('STATE_DICT_MISMATCH', { what, path, got, expected })
}
