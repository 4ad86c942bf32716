import { TesseraError } from '../../errors.js'
import { refusePrototypeKey } from '../copyConfig.js'
import { type ConfigDict, isPlainObject, joinPath } from '../plainObject.js'
import { isTuple, tuple } from '../tuple.js'
import { type Budget, LIMITS } from './budget.js'
import { type Key, PyClass, PyDict, PyFunction, PyList, PyModule, PySet, PyTuple, typeName, type Value } from './values.js'

/** A value of the recipe as config data: dicts are objects, tuples `Tuple`s, sets lists, imported classes their dotted names. */
export function toConfig(value: Value, path: string, budget: Budget, depth = 0): unknown {
  if (value === null || typeof value === 'boolean' || typeof value === 'string' || typeof value === 'number') return value
  if (typeof value === 'bigint') {
    const number = Number(value)
    if (Number.isSafeInteger(number)) return number
    throw new TesseraError('INVALID_CONFIG', { what: 'this integer is too large to be exact', path, expected: 'at most 9007199254740991' })
  }
  if (value instanceof PyClass) return value.path
  if (value instanceof PyFunction || value instanceof PyModule) {
    throw new TesseraError('INVALID_CONFIG', { what: `a ${typeName(value)} is no config value`, path, got: value.name })
  }
  if (depth > LIMITS.depth) {
    const place = `${path.slice(0, 60)}…`
    throw new TesseraError('INVALID_CONFIG', {
      what: `nested deeper than ${LIMITS.depth} levels, or an object contains itself`,
      path: place,
    })
  }
  if (value instanceof PyDict) return dictToConfig(value, path, budget, depth)
  const items = [...(value instanceof PySet ? value.items.values() : value.items)]
  budget.items(items.length)
  const converted = items.map((item, index) => toConfig(item, joinPath(path, index), budget, depth + 1))
  return value instanceof PyTuple ? tuple(...converted) : converted
}

function dictToConfig(dict: PyDict, path: string, budget: Budget, depth: number): ConfigDict {
  budget.items(dict.entries.size)
  const config: ConfigDict = {}
  for (const [key, value] of dict.entries) {
    const name = keyName(key, path)
    refusePrototypeKey(name, () => path)
    if (Object.hasOwn(config, name)) {
      throw new TesseraError('INVALID_CONFIG', { what: `the keys ${name} and '${name}' would be one`, path })
    }
    config[name] = toConfig(value, joinPath(path, name), budget, depth + 1)
  }
  return config
}

/** Objects have string keys only; a number is written out, as JavaScript itself would. */
function keyName(key: Key, path: string): string {
  if (typeof key === 'string') return key
  if (key !== null) return String(key)
  throw new TesseraError('INVALID_CONFIG', { what: 'None is no key of a config', path, expected: 'a string' })
}

/** Config data as values of the recipe. A config does not tell 1 from 1.0: whole numbers become ints. */
export function fromConfig(value: unknown, path: string): Value {
  if (value === null || value === undefined) return null
  if (typeof value === 'boolean' || typeof value === 'string') return value
  if (typeof value === 'number') return Number.isSafeInteger(value) && !Object.is(value, -0) ? BigInt(value) : value
  if (Array.isArray(value)) {
    const items = value.map((item, index) => fromConfig(item, joinPath(path, index)))
    return isTuple(value) ? new PyTuple(Array.from(items)) : new PyList(Array.from(items))
  }
  if (isPlainObject(value)) {
    const dict = new PyDict(true)
    for (const [key, child] of Object.entries(value)) dict.entries.set(key, fromConfig(child, joinPath(path, key)))
    return dict
  }
  if (typeof value === 'function' && value.name !== '') return new PyClass(value.name)
  throw new TesseraError('UNSUPPORTED', { what: 'a Python config cannot use this value of its base', path, got: value })
}
