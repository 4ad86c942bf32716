import { TesseraError } from '@tessera/core'
import { type Layout, type OptimStateDict, type Parameter, type ParamGroup, toMemory } from '@tessera/nn'
import * as v from 'valibot'
import type { HostState } from './hostState.js'

export interface OptimizerState {
  readonly groups: readonly ParamGroup[]
  /** By parameter name. */
  readonly state: ReadonlyMap<string, HostState>
  /** In file layout. */
  readonly slots: readonly { slot: string; parameter: Parameter; shape: readonly number[]; values: Float32Array }[]
}

/** Tensors by `<slot>.<parameter>` in file layout; JSON: each group's options with its parameters' names, and what the host counts of them. */
export function writeOptimizerState({ groups, state, slots }: OptimizerState): OptimStateDict {
  const order = new Map(groups.flatMap((group) => group.params).map(({ name }, i) => [name, i]))
  const sorted = [...slots].sort((a, b) =>
    a.slot === b.slot ? (order.get(a.parameter.name) ?? 0) - (order.get(b.parameter.name) ?? 0) : a.slot < b.slot ? -1 : 1,
  )
  const counts: Record<string, Record<string, number>> = { step: {} }
  for (const [name, own] of state) {
    if (own.step === 0) continue
    for (const [key, value] of Object.entries(own)) {
      const ofKey = counts[key] ?? {}
      ofKey[name] = value
      counts[key] = ofKey
    }
  }
  return {
    tensors: new Map(sorted.map(({ slot, parameter, shape, values }) => [`${slot}.${parameter.name}`, { shape, data: values }])),
    json: {
      state: counts,
      param_groups: groups.map((group) => ({ ...structuredClone(optionsOf(group)), params: group.params.map(({ name }) => name) })),
    },
  }
}

const counts = v.record(v.string(), v.number())
const savedSchema = v.looseObject({
  state: v.objectWithRest({ step: counts }, counts),
  param_groups: v.array(v.looseObject({ params: v.array(v.string()), lr: v.number() })),
})

export interface ReadOptimizerState {
  /** A record for each group, without `params`. */
  readonly options: readonly Record<string, unknown>[]
  /** By parameter name. */
  readonly state: ReadonlyMap<string, HostState>
  /** Values in memory layout by slot, then parameter. */
  readonly slots: ReadonlyMap<string, ReadonlyMap<Parameter, Float32Array>>
}

/** A slot that a parameter has; without `layout` it lies in the file as in memory. */
export interface SlotLayout {
  readonly slot: string
  readonly shape: readonly number[]
  readonly layout?: Layout
}

/** Checks a saved state against the groups it is to go into. */
export function readOptimizerState(
  saved: OptimStateDict,
  groups: readonly ParamGroup[],
  slotsOf: (parameter: Parameter, group: ParamGroup) => readonly SlotLayout[],
): ReadOptimizerState {
  const parsed = v.safeParse(savedSchema, saved.json)
  if (!parsed.success) {
    const issue = parsed.issues[0]
    throw mismatch('the optimizer state is not one of ours', v.getDotPath(issue) ?? undefined, issue.input, issue.expected ?? undefined)
  }
  const { state, param_groups } = parsed.output
  const options = readOptions(param_groups, groups)
  const known = new Map<string, { parameter: Parameter; slot: SlotLayout }>()
  for (const group of groups) {
    for (const parameter of group.params) {
      for (const slot of slotsOf(parameter, group)) known.set(`${slot.slot}.${parameter.name}`, { parameter, slot })
    }
  }
  const slots = new Map<string, Map<Parameter, Float32Array>>()
  for (const [key, { shape, data }] of saved.tensors) {
    const place = known.get(key)
    if (place === undefined) {
      const names = new Set([...known.values()].map(({ slot }) => slot.slot))
      throw mismatch(
        'the optimizer state has a tensor that no parameter asks for',
        key,
        'this name',
        `<${[...names].join('|')}>.<parameter>`,
      )
    }
    const { slot, parameter } = place
    if (shape.join() !== slot.shape.join()) {
      throw mismatch('the optimizer state has another shape', key, shape, `[${slot.shape.join()}]`)
    }
    const ofSlot = slots.get(slot.slot) ?? new Map<Parameter, Float32Array>()
    ofSlot.set(parameter, slot.layout === undefined ? data : toMemory(data, shape, slot.layout))
    slots.set(slot.slot, ofSlot)
  }
  return { options, state: readCounts(state), slots }
}

type SavedGroup = { readonly params: readonly string[] } & Readonly<Record<string, unknown>>

function readOptions(saved: readonly SavedGroup[], groups: readonly ParamGroup[]): Record<string, unknown>[] {
  if (saved.length !== groups.length) {
    throw mismatch('the optimizer state has another number of parameter groups', undefined, saved.length, String(groups.length))
  }
  return groups.map((group, index) => {
    const { params = [], ...rest } = saved[index] ?? {}
    const wrong = group.params.findIndex(({ name }, i) => params[i] !== name)
    if (wrong >= 0 || params.length !== group.params.length) {
      const place = Math.max(wrong, 0)
      throw mismatch('the optimizer state groups other parameters', `param_groups[${index}]`, params[place], group.params[place]?.name)
    }
    return structuredClone(rest)
  })
}

function readCounts(state: Readonly<Record<string, Readonly<Record<string, number>>>>): Map<string, HostState> {
  const read = new Map<string, HostState>()
  for (const [key, values] of Object.entries(state)) {
    for (const [name, value] of Object.entries(values)) {
      const own = read.get(name) ?? { step: 0 }
      own[key] = value
      read.set(name, own)
    }
  }
  return read
}

function optionsOf(group: ParamGroup): Record<string, unknown> {
  return Object.fromEntries(Object.entries(group).filter(([key]) => key !== 'params'))
}

function mismatch(what: string, path: string | undefined, got: unknown, expected: string | undefined): TesseraError {
  return new TesseraError('STATE_DICT_MISMATCH', { what, path, got, expected })
}
