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
  /** Of another shape, and left as they were. */
  readonly mismatched: readonly ShapeChange[]
  /** Of another shape, and made to fit (a position embedding of another image size). */
  readonly resized: readonly ShapeChange[]
}

export interface ShapeChange {
  readonly name: string
  /** In the state dict. */
  readonly from: readonly number[]
  /** In the module. */
  readonly to: readonly number[]
}

export interface LoadOptions {
  /** Missing or unexpected names are an error. Default true. */
  readonly strict?: boolean
  /** What a shape that cannot be made to fit is: an error (the default), or a tensor that keeps its values and is reported. */
  readonly mismatch?: 'error' | 'skip'
}

/** Reads every tensor that is saved back: not inside a step. */
export function stateDictOf(module: Module): StateDict {
  const saved = [...module.namedState()].filter(([, { isSaved }]) => isSaved)
  return new Map(saved.map(([name, tensor]) => [name, { shape: tensor.shape, data: tensor.values() }]))
}

/**
 * A counter that nothing reads, and what follows from the window's size (MMPreTrain's first Swin kept masks): as in MMEngine, their absence or
 * presence is no news, and one of another shape is passed over.
 */
const DERIVED = /(^|\.)(num_batches_tracked|relative_position_index|attn_mask)$/

/**
 * Loads what fits by name. Nothing is written before every shape is known to fit; values that stand in a file are read one tensor at a time.
 * @throws TesseraError STATE_DICT_MISMATCH naming the first parameter that does not fit
 */
export function loadStateDict(module: Module, state: ReadonlyMap<string, StateValue>, options: LoadOptions = {}): LoadReport {
  const { fitting, report } = planLoad(module, state, options)
  for (const [tensor, value] of fitting) tensor.setValues(value.data)
  return report
}

/** What `loadStateDict` would write where, and its report; nothing is written. */
export function planLoad(module: Module, state: ReadonlyMap<string, StateValue>, options: LoadOptions = {}) {
  module.nameState()
  const own = new Map(module.namedState())
  const missing = [...own].flatMap(([name, { isSaved }]) => (isSaved && !state.has(name) && !DERIVED.test(name) ? [name] : []))
  const unexpected = [...state.keys()].filter((name) => !own.has(name) && !DERIVED.test(name))
  const fitting = new Map<StateTensor, StateValue>()
  const mismatched: ShapeChange[] = []
  const resized: ShapeChange[] = []
  for (const [name, tensor] of own) {
    const value = state.get(name)
    if (value === undefined) continue
    const fitted = fit(value, tensor)
    if (fitted === undefined && DERIVED.test(name)) continue
    if (fitted === undefined && options.mismatch !== 'skip') refuseShape(name, value, tensor)
    if (fitted === undefined) mismatched.push({ name, from: value.shape, to: tensor.shape })
    else {
      if (fitted !== value) resized.push({ name, from: value.shape, to: tensor.shape })
      checkLength(name, fitted, tensor)
      fitting.set(tensor, fitted)
    }
  }
  if (options.strict !== false && missing.length + unexpected.length > 0) {
    throw new TesseraError('STATE_DICT_MISMATCH', {
      what: `the state dict belongs to another model: ${missing.length} missing, ${unexpected.length} unexpected names`,
      path: missing[0] ?? unexpected[0],
      nearest: missing[0] === undefined ? [] : suggest(missing[0], unexpected),
    })
  }
  const left = new Set(mismatched.map(({ name }) => name))
  const loaded = [...own.keys()].filter((name) => state.has(name) && !left.has(name))
  return { fitting, report: { loaded, missing, unexpected, mismatched, resized } satisfies LoadReport }
}

/** The value itself, the value made to fit, or undefined. */
function fit(value: StateValue, tensor: StateTensor): StateValue | undefined {
  if (value.shape.join() === tensor.shape.join()) return value
  const adapted = tensor.adapt?.(value)
  return adapted?.shape.join() === tensor.shape.join() ? adapted : undefined
}

function refuseShape(name: string, value: StateValue, tensor: StateTensor): never {
  throw new TesseraError('STATE_DICT_MISMATCH', {
    what: 'the state dict has another shape',
    path: name,
    got: value.shape,
    expected: `[${tensor.shape.join(',')}]`,
  })
}

function checkLength(name: string, value: StateValue, tensor: StateTensor): void {
  if (value.isLazy === true || value.data.length === tensor.size) return
  throw new TesseraError('STATE_DICT_MISMATCH', {
    what: 'the state dict has another number of values than its shape says',
    path: name,
    got: value.data.length,
    expected: String(tensor.size),
  })
}
