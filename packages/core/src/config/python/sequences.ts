import type { Budget } from './budget.js'
import { Fault } from './fault.js'
import { type Key, keyOf, PyDict, PyList, PySet, PyTuple, typeName, type Value } from './values.js'

/** What a `for` or an unpacking goes through: the items of a sequence, the keys of a dict, the characters of a text. */
export function itemsOf(value: Value, budget: Budget): readonly Value[] {
  if (value instanceof PyList || value instanceof PyTuple) return value.items
  if (value instanceof PyDict || value instanceof PySet) {
    const items = value instanceof PyDict ? [...value.entries.keys()] : [...value.items.values()]
    budget.step(items.length)
    return items
  }
  if (typeof value === 'string') {
    budget.items(value.length)
    return [...value]
  }
  throw new Fault(`a ${typeName(value)} has no items to go through`)
}

export interface SliceBounds {
  readonly start: Value
  readonly stop: Value
  readonly step: Value
}

/** `value[index]`. */
export function itemAt(value: Value, index: Value, budget: Budget): Value {
  if (value instanceof PyDict) return entryOf(value, index)
  const items = sequence(value, budget)
  const item = items[position(index, items.length)]
  if (item === undefined) throw new Fault(`the index ${String(index)} is out of range for ${items.length} items`)
  return item
}

/** `dict[key]`, with the keys that exist when there is no such one. */
export function entryOf(dict: PyDict, index: Value): Value {
  const key = keyOf(index)
  const entry = dict.get(key)
  if (entry !== undefined) return entry
  throw new Fault(`there is no key ${keyText(key)}`, { hint: keysHint(dict) })
}

export function keyText(key: Key): string {
  return typeof key === 'string' ? `'${key.slice(0, 80)}'` : String(key)
}

export function keysHint(dict: PyDict): string {
  const keys = [...dict.entries.keys()].slice(0, 20).map(keyText)
  return keys.length === 0 ? 'The dict is empty.' : `Its keys are ${keys.join(', ')}${dict.entries.size > keys.length ? ', …' : ''}.`
}

/** `value[start:stop:step]`. */
export function sliceOf(value: Value, bounds: SliceBounds, budget: Budget): Value {
  const items = sequence(value, budget)
  const indices = sliceIndices(bounds, items.length)
  budget.items(indices.length)
  const picked = indices.map((index) => items[index] ?? null)
  if (typeof value === 'string') return picked.join('')
  return value instanceof PyTuple ? new PyTuple(picked) : new PyList(picked)
}

/** `target[index] = value`. */
export function assignItem(target: Value, index: Value, value: Value, budget: Budget): void {
  if (target instanceof PyDict) setEntry(target, keyOf(index), value, budget)
  else if (target instanceof PyList) {
    const at = position(index, target.items.length)
    if (at < 0 || at >= target.items.length) throw new Fault(`the index ${String(index)} is out of range for ${target.items.length} items`)
    target.items[at] = value
  } else throw new Fault(`items of a ${typeName(target)} cannot be set`)
}

/** Puts a value into a dict; a ConfigDict takes a copy. */
export function setEntry(dict: PyDict, key: Key, value: Value, budget: Budget): void {
  if (dict.isConfig) budget.copyOf(value)
  dict.set(key, value)
}

/** `target[start:stop:step] = values`. */
export function assignSlice(target: Value, bounds: SliceBounds, value: Value, budget: Budget): void {
  if (!(target instanceof PyList)) throw new Fault(`items of a ${typeName(target)} cannot be set`)
  const values = [...itemsOf(value, budget)]
  budget.items(values.length + target.items.length)
  const indices = sliceIndices(bounds, target.items.length)
  if (bounds.step === null || bounds.step === 1n) {
    const start = indices[0] ?? clampIndex(bounds.start, target.items.length, 0)
    target.items = [...target.items.slice(0, start), ...values, ...target.items.slice(start + indices.length)]
    return
  }
  if (values.length !== indices.length) throw new Fault(`${values.length} values for a slice of ${indices.length} items`)
  for (const [at, index] of indices.entries()) target.items[index] = values[at] ?? null
}

/** `del target[index]`. */
export function deleteItem(target: Value, index: Value, budget: Budget): void {
  if (target instanceof PyDict) {
    entryOf(target, index)
    target.entries.delete(keyOf(index))
  } else if (target instanceof PyList) {
    itemAt(target, index, budget)
    budget.step(target.items.length >> 4)
    target.items.splice(position(index, target.items.length), 1)
  } else throw new Fault(`items of a ${typeName(target)} cannot be deleted`)
}

/** `del target[start:stop:step]`. */
export function deleteSlice(target: Value, bounds: SliceBounds, budget: Budget): void {
  if (!(target instanceof PyList)) throw new Fault(`items of a ${typeName(target)} cannot be deleted`)
  budget.step(target.items.length)
  const gone = new Set(sliceIndices(bounds, target.items.length))
  target.items = target.items.filter((_, index) => !gone.has(index))
}

function sequence(value: Value, budget: Budget): readonly Value[] {
  if (value instanceof PyList || value instanceof PyTuple) return value.items
  if (typeof value === 'string') {
    budget.step(value.length >> 2)
    return [...value]
  }
  throw new Fault(`a ${typeName(value)} cannot be indexed`)
}

function position(index: Value, length: number): number {
  if (typeof index === 'boolean') return index ? 1 : 0
  if (typeof index !== 'bigint') throw new Fault(`an index is an int, not a ${typeName(index)}`)
  return Number(index < 0n ? index + BigInt(length) : index)
}

function sliceIndices({ start, stop, step }: SliceBounds, length: number): number[] {
  const stride = step === null ? 1 : bound(step)
  if (stride === 0) throw new Fault('the step of a slice cannot be 0')
  const from = clampIndex(start, length, stride > 0 ? 0 : length - 1, stride)
  const until = clampIndex(stop, length, stride > 0 ? length : -1, stride)
  const indices: number[] = []
  for (let index = from; stride > 0 ? index < until : index > until; index += stride) indices.push(index)
  return indices
}

function clampIndex(value: Value, length: number, missing: number, stride = 1): number {
  if (value === null) return missing
  const index = bound(value)
  const absolute = index < 0 ? index + length : index
  return stride > 0 ? Math.min(Math.max(absolute, 0), length) : Math.min(Math.max(absolute, -1), length - 1)
}

function bound(value: Value): number {
  if (typeof value === 'bigint') return Number(value)
  throw new Fault(`the bounds of a slice are ints, not a ${typeName(value)}`)
}
