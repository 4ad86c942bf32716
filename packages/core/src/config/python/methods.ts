import { define, int, variadic } from './arguments.js'
import type { Budget } from './budget.js'
import { mergeDict, updateDict } from './configDict.js'
import { Fault } from './fault.js'
import { compare, equal } from './operators.js'
import { entryOf, itemsOf, setEntry } from './sequences.js'
import { sorted } from './sorting.js'
import { stringMethod } from './stringMethods.js'
import { deepCopy, keyOf, PyDict, PyFunction, PyList, PySet, PyTuple, type Value } from './values.js'

/** The method of a value by its name; undefined where recipes have none. */
export function methodOf(value: Value, name: string, budget: Budget): PyFunction | undefined {
  if (value instanceof PyDict) return dictMethod(value, name, budget)
  if (value instanceof PyList) return listMethod(value, name, budget)
  if (value instanceof PyTuple && (name === 'index' || name === 'count')) return listMethod(new PyList([...value.items]), name, budget)
  if (value instanceof PySet) return setMethod(value, name, budget)
  return typeof value === 'string' ? stringMethod(value, name, budget) : undefined
}

function dictMethod(dict: PyDict, name: string, budget: Budget): PyFunction | undefined {
  const list = (items: Value[]): PyList => {
    budget.items(items.length)
    return new PyList(items)
  }
  switch (name) {
    case 'get':
      return define('get', ['key', 'default?'], (key = null, missing = null) => dict.get(keyOf(key)) ?? missing)
    case 'keys':
      return define('keys', [], () => list([...dict.entries.keys()]))
    case 'values':
      return define('values', [], () => list([...dict.entries.values()]))
    case 'items':
      return define('items', [], () => {
        budget.items(dict.entries.size * 2)
        return list([...dict.entries].map(([key, value]) => new PyTuple([key, value])))
      })
    case 'update':
      return new PyFunction('update', (args) => {
        updateDict(dict, args, budget)
        return null
      })
    case 'pop':
      return define('pop', ['key', 'default?'], (key = null, missing) => {
        const value = dict.get(keyOf(key)) ?? missing ?? (dict.isConfig ? null : entryOf(dict, key))
        dict.entries.delete(keyOf(key))
        return value
      })
    case 'setdefault':
      return define('setdefault', ['key', 'default?'], (key = null, missing = null) => {
        if (dict.get(keyOf(key)) === undefined) setEntry(dict, keyOf(key), missing, budget)
        return entryOf(dict, key)
      })
    case 'clear':
      return define('clear', [], () => {
        dict.entries.clear()
        return null
      })
    case 'copy':
      return define('copy', [], () => {
        budget.items(dict.entries.size)
        const copy = new PyDict(dict.isConfig)
        for (const [key, value] of dict.entries) copy.entries.set(key, value)
        return copy
      })
  }
  if (!dict.isConfig) return undefined
  switch (name) {
    case 'merge':
      return define('merge', ['other'], (other = null) => {
        mergeDict(dict, other, budget)
        return null
      })
    case 'deepcopy':
    case 'to_dict':
      return define(name, [], () => {
        budget.copyOf(dict)
        return deepCopy(dict)
      })
  }
  return undefined
}

function listMethod(list: PyList, name: string, budget: Budget): PyFunction | undefined {
  const find = (wanted: Value): number => list.items.findIndex((item) => equal(item, wanted, budget))
  switch (name) {
    case 'append':
      return define('append', ['item'], (item = null) => {
        budget.items(1)
        list.items.push(item)
        return null
      })
    case 'extend':
      return define('extend', ['items'], (items = null) => {
        const more = itemsOf(items, budget)
        budget.items(more.length)
        list.items = [...list.items, ...more]
        return null
      })
    case 'insert':
      return define('insert', ['index', 'item'], (index, item = null) => {
        budget.items(1)
        budget.step(list.items.length >> 4)
        list.items.splice(Number(int(index, 'insert')), 0, item)
        return null
      })
    case 'pop':
      return define('pop', ['index?'], (index = -1n) => {
        budget.step(list.items.length >> 4)
        const at = Number(int(index, 'pop'))
        const [item] = at >= -list.items.length ? list.items.splice(at, 1) : []
        if (item === undefined) throw new Fault(`the index ${at} is out of range for ${list.items.length} items`)
        return item
      })
    case 'index':
      return define('index', ['item'], (item = null) => {
        const at = find(item)
        if (at === -1) throw new Fault('the list does not have this item')
        return BigInt(at)
      })
    case 'count':
      return define('count', ['item'], (item = null) => BigInt(list.items.filter((other) => equal(item, other, budget)).length))
    case 'remove':
      return define('remove', ['item'], (item = null) => {
        const at = find(item)
        if (at === -1) throw new Fault('the list does not have this item')
        list.items.splice(at, 1)
        return null
      })
    case 'reverse':
      return define('reverse', [], () => {
        budget.step(list.items.length)
        list.items.reverse()
        return null
      })
    case 'sort':
      return define('sort', ['reverse?'], (reverse = false) => {
        list.items = sorted(list.items, reverse, budget)
        return null
      })
    case 'copy':
      return define('copy', [], () => {
        budget.items(list.items.length)
        return new PyList([...list.items])
      })
    case 'clear':
      return define('clear', [], () => {
        list.items = []
        return null
      })
  }
  return undefined
}

function setMethod(set: PySet, name: string, budget: Budget): PyFunction | undefined {
  switch (name) {
    case 'add':
      return define('add', ['item'], (item = null) => {
        budget.items(1)
        if (!set.items.has(keyOf(item))) set.items.set(keyOf(item), item)
        return null
      })
    case 'update':
      return variadic('update', (sources) => {
        for (const item of sources.flatMap((source) => itemsOf(source, budget))) {
          budget.items(1)
          if (!set.items.has(keyOf(item))) set.items.set(keyOf(item), item)
        }
        return null
      })
    case 'discard':
    case 'remove':
      return define(name, ['item'], (item = null) => {
        if (name === 'remove' && !compare('in', item, set, budget)) throw new Fault('the set does not have this item')
        set.items.delete(keyOf(item))
        return null
      })
    case 'copy':
      return define('copy', [], () => {
        budget.items(set.items.size)
        return deepCopy(set)
      })
  }
  return undefined
}
