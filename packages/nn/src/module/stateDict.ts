import { suggest, TesseraError } from '@tessera/core'
import type { Module } from './module.js'
import type { StateTensor, StateValue } from './parameter.js'

/** Names and values of a module's parameters and buffers, in file layout. */
export type StateDict = Map<string, StateValue>

export interface LoadReport {
  readonly loaded: readonly string[]
  /** In the module, not in the state dict. */
  readonly missing: readonly string[]
  /** In the state dict, not in the module. */
  readonly unexpected: readonly string[]
}

/** Reads every tensor back: not inside a step. */
export function stateDictOf(module: Module): StateDict {
  return new Map([...module.namedState()].map(([name, tensor]) => [name, { shape: tensor.shape, data: tensor.values() }]))
}

/**
 * Loads what fits by name. Nothing is written before every shape is known to fit.
 * @param options.strict missing or unexpected names are an error. Default true.
 * @throws TesseraError STATE_DICT_MISMATCH naming the first parameter that does not fit
 */
export function loadStateDict(module: Module, state: ReadonlyMap<string, StateValue>, options: { strict?: boolean } = {}): LoadReport {
  module.nameState()
  const own = new Map(module.namedState())
  const missing = [...own.keys()].filter((name) => !state.has(name))
  const unexpected = [...state.keys()].filter((name) => !own.has(name))
  const fitting = new Map<StateTensor, StateValue>()
  for (const [name, tensor] of own) {
    const value = state.get(name)
    if (value !== undefined) fitting.set(tensor, fit(value, tensor, name))
  }
  if (options.strict !== false && missing.length + unexpected.length > 0) {
    throw new TesseraError('STATE_DICT_MISMATCH', {
      what: `the state dict belongs to another model: ${missing.length} missing, ${unexpected.length} unexpected names`,
      path: missing[0] ?? unexpected[0],
      nearest: missing[0] === undefined ? [] : suggest(missing[0], unexpected),
    })
  }
  for (const [tensor, value] of fitting) tensor.setValues(value.data)
  return { loaded: [...own.keys()].filter((name) => state.has(name)), missing, unexpected }
}

function fit(value: StateValue, tensor: StateTensor, name: string): StateValue {
  const fitting = value.shape.join() === tensor.shape.join() ? value : tensor.adapt?.(value)
  if (fitting === undefined || fitting.shape.join() !== tensor.shape.join()) {
    throw new TesseraError('STATE_DICT_MISMATCH', {
      what: 'the state dict has another shape',
      path: name,
      got: value.shape,
      expected: `[${tensor.shape.join(',')}]`,
    })
  }
  if (fitting.data.length !== tensor.size) {
    throw new TesseraError('STATE_DICT_MISMATCH', {
      what: 'the state dict has another number of values than its shape says',
      path: name,
      got: fitting.data.length,
      expected: String(tensor.size),
    })
  }
  return fitting
}
