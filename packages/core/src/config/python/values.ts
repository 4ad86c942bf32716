import { Fault } from './fault.js'

/** A value of a recipe while it is evaluated. Ints are bigints and floats numbers, since Python tells them apart. */
export type Value = null | boolean | bigint | number | string | PyList | PyTuple | PyDict | PySet | PyClass | PyModule | PyFunction

export class PyList {
  items: Value[]

  constructor(items: Value[]) {
    this.items = items
  }
}

export class PyTuple {
  readonly items: readonly Value[]

  constructor(items: readonly Value[]) {
    this.items = items
  }
}

/** A key as a Map can find it: what Python holds equal (1, 1.0, True) is one. */
export type Key = string | bigint | number | null

export class PyDict {
  readonly entries = new Map<Key, Value>()
  /**
   * MMEngine's ConfigDict, which bases are made of: keys are attributes, too, `update` merges, and a dict or list that is put into it is
   * copied. A dict that the recipe makes is none until it is part of a base.
   */
  readonly isConfig: boolean

  constructor(isConfig = false) {
    this.isConfig = isConfig
  }

  get(key: Key): Value | undefined {
    return this.entries.get(key)
  }

  set(key: Key, value: Value): void {
    this.entries.set(key, this.isConfig ? adopt(value) : value)
  }
}

export class PySet {
  readonly items = new Map<Key, Value>()
}

/** An imported class, function or module, known by its dotted name alone. */
export class PyClass {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }
}

/** A module of Python's own library, or rather the little of it that there is here. */
export class PyModule {
  readonly name: string
  readonly members: ReadonlyMap<string, Value>

  constructor(name: string, members: ReadonlyMap<string, Value>) {
    this.name = name
    this.members = members
  }
}

export interface CallArguments {
  readonly positional: readonly Value[]
  readonly named: ReadonlyMap<string, Value>
}

/** A function of the language itself: `round`, `copy.deepcopy`, `{}.update`. */
export class PyFunction {
  readonly name: string
  readonly call: (args: CallArguments) => Value

  constructor(name: string, call: (args: CallArguments) => Value) {
    this.name = name
    this.call = call
  }
}

export function keyOf(value: Value): Key {
  if (typeof value === 'string' || typeof value === 'bigint' || value === null) return value
  if (typeof value === 'boolean') return value ? 1n : 0n
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value
  throw new Fault(`a ${typeName(value)} cannot be a key here`, { hint: 'Keys of a config are strings or numbers.' })
}

/** As a ConfigDict takes a value in: plain dicts become ConfigDicts and lists are made anew; dicts that are ConfigDicts stay the same object. */
export function adopt(value: Value): Value {
  if (value instanceof PyList) return new PyList(value.items.map(adopt))
  if (value instanceof PyTuple) return new PyTuple(value.items.map(adopt))
  if (!(value instanceof PyDict) || value.isConfig) return value
  const copy = new PyDict(true)
  for (const [key, child] of value.entries) copy.set(key, child)
  return copy
}

/** `copy.deepcopy`: what was shared inside is shared inside the copy. */
export function deepCopy(value: Value, known = new Map<Value, Value>()): Value {
  if (!(value instanceof PyList || value instanceof PyTuple || value instanceof PyDict || value instanceof PySet)) return value
  const copied = known.get(value)
  if (copied !== undefined) return copied
  if (value instanceof PyTuple) {
    const copy = new PyTuple(value.items.map((item) => deepCopy(item, known)))
    known.set(value, copy)
    return copy
  }
  if (value instanceof PySet) {
    const copy = new PySet()
    for (const [key, item] of value.items) copy.items.set(key, item)
    return copy
  }
  if (value instanceof PyList) {
    const copy = new PyList([])
    known.set(value, copy)
    for (const item of value.items) copy.items.push(deepCopy(item, known))
    return copy
  }
  const copy = new PyDict(value.isConfig)
  known.set(value, copy)
  for (const [key, item] of value.entries) copy.entries.set(key, deepCopy(item, known))
  return copy
}

export function typeName(value: Value): string {
  if (value === null) return 'None'
  switch (typeof value) {
    case 'boolean':
      return 'bool'
    case 'bigint':
      return 'int'
    case 'number':
      return 'float'
    case 'string':
      return 'str'
  }
  if (value instanceof PyList) return 'list'
  if (value instanceof PyTuple) return 'tuple'
  if (value instanceof PyDict) return 'dict'
  if (value instanceof PySet) return 'set'
  return value instanceof PyClass ? 'class' : value instanceof PyModule ? 'module' : 'function'
}

export function isTrue(value: Value): boolean {
  if (value instanceof PyList || value instanceof PyTuple) return value.items.length > 0
  if (value instanceof PyDict) return value.entries.size > 0
  if (value instanceof PySet) return value.items.size > 0
  return typeof value === 'bigint'
    ? value !== 0n
    : typeof value === 'number'
      ? value !== 0
      : value !== null && value !== false && value !== ''
}
