import type { Budget } from './budget.js'
import { Fault } from './fault.js'
import { itemsOf, setEntry } from './sequences.js'
import { adopt, type CallArguments, deepCopy, type Key, keyOf, PyDict, PyList, PyTuple, typeName, type Value } from './values.js'

/** The entries that `dict(…)` and `update(…)` are given: of a dict or of pairs, then those by name. */
export function givenEntries(name: string, { positional, named }: CallArguments, budget: Budget): [Key, Value][] {
  if (positional.length > 1) throw new Fault(`${name}() takes one positional argument, not ${positional.length}`)
  const entries: [Key, Value][] = []
  const [source] = positional
  if (source instanceof PyDict) entries.push(...source.entries)
  else if (source !== undefined) {
    for (const pair of itemsOf(source, budget)) {
      const items = pair instanceof PyList || pair instanceof PyTuple ? pair.items : []
      const [key, value] = items
      if (items.length !== 2 || key === undefined || value === undefined)
        throw new Fault(`${name}() takes a dict or pairs of key and value`)
      entries.push([keyOf(key), value])
    }
  }
  entries.push(...named)
  budget.items(entries.length)
  return entries
}

/** `dict.update(…)`: replaces entries; a ConfigDict's merges dicts into dicts. */
export function updateDict(dict: PyDict, args: CallArguments, budget: Budget): void {
  const entries = givenEntries('update', args, budget)
  for (const [key, value] of entries) {
    budget.step()
    const current = dict.isConfig ? dict.get(key) : undefined
    if (dict.isConfig && current instanceof PyDict && value instanceof PyDict) {
      updateDict(current, { positional: [value], named: new Map() }, budget)
      continue
    }
    setEntry(dict, key, value, budget)
  }
}

const DELETE_KEY = '_delete_'

/** `ConfigDict.merge(other)`: dicts merge at every level, `_delete_` drops what was there. */
export function mergeDict(dict: PyDict, other: Value, budget: Budget): void {
  if (!(other instanceof PyDict)) throw new Fault(`merge() takes a dict, not a ${typeName(other)}`)
  budget.copyOf(dict)
  budget.copyOf(other)
  const merged = merge(deepCopy(other), deepCopy(dict))
  dict.entries.clear()
  if (merged instanceof PyDict) for (const [key, value] of merged.entries) dict.set(key, value)
}

/** `above` over `below`; undefined stands for "not there". */
function merge(above: Value | undefined, below: Value | undefined): Value | undefined {
  if (!(above instanceof PyDict)) return above === undefined ? below : above
  const isDeletion = above.get(DELETE_KEY) === true
  above.entries.delete(DELETE_KEY)
  if (!(below instanceof PyDict)) return above
  if (isDeletion) below.entries.clear()
  const result = new PyDict(below.isConfig)
  for (const key of new Set([...below.entries.keys(), ...above.entries.keys()])) {
    if (key === DELETE_KEY) continue
    const value = merge(above.get(key), below.get(key))
    if (value !== undefined) result.set(key, adopt(value))
  }
  return result
}
