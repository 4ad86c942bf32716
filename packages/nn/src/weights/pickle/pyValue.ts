/** What a pickle holds, as data. Nothing here has behaviour of the Python class that it stands for. */
export type PyValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PyList
  | PyTuple
  | PyDict
  | PySet
  | PyGlobal
  | PyRecord
  | PyOpaque

export class PyList {
  readonly items: PyValue[] = []
}

export class PyTuple {
  constructor(readonly items: readonly PyValue[]) {}
}

/** A dict by value of its keys, in order. `attributes` is what BUILD adds (an OrderedDict's `_metadata`). */
export class PyDict {
  attributes: PyValue = null
  private readonly entries = new Map<unknown, readonly [PyValue, PyValue]>()

  set(key: PyValue, value: PyValue): void {
    this.entries.set(keyOf(key), [key, value])
  }

  get(key: PyValue): PyValue | undefined {
    return this.entries.get(keyOf(key))?.[1]
  }

  get size(): number {
    return this.entries.size
  }

  [Symbol.iterator](): IterableIterator<readonly [PyValue, PyValue]> {
    return this.entries.values()
  }
}

export class PySet {
  private readonly entries = new Map<unknown, PyValue>()

  constructor(readonly isFrozen: boolean) {}

  add(value: PyValue): void {
    this.entries.set(keyOf(value), value)
  }

  get items(): PyValue[] {
    return [...this.entries.values()]
  }
}

/** A class or function by name. It is never looked up, imported or called. */
export class PyGlobal {
  constructor(
    readonly module: string,
    readonly name: string,
  ) {}

  get path(): string {
    return `${this.module}.${this.name}`
  }
}

/** An object of a class that this reader does not know: what the pickle said about it, inert. */
export class PyRecord {
  state: PyValue = null
  /** What APPEND, SETITEM and ADDITEMS added, for subclasses of list, dict and set. */
  readonly items: PyValue[] = []
  readonly entries: (readonly [PyValue, PyValue])[] = []

  constructor(
    readonly global: PyGlobal,
    readonly args: PyValue,
    readonly kwargs: PyValue = null,
  ) {}
}

/** Values that a table of known globals makes (tensors, storages, arrays). */
export abstract class PyOpaque {
  /** What BUILD does; an error unless the kind has state. */
  build(_state: PyValue): boolean {
    return false
  }
}

/** Whether Python would refuse it as a key. */
export function isUnhashable(value: PyValue): boolean {
  return value instanceof PyList || value instanceof PyDict || (value instanceof PySet && !value.isFrozen)
}

// Keys compare by value where Python's do; tuples of plain values as well. Anything else by identity.
function keyOf(value: PyValue): unknown {
  if (typeof value === 'string') return `s${value}`
  if (typeof value === 'boolean') return Number(value)
  if (typeof value === 'bigint' || typeof value === 'number' || value === null) return value
  if (value instanceof PyGlobal) return `g${value.module} ${value.name}`
  if (value instanceof PyTuple && value.items.length <= 16 && value.items.every(isPlain)) {
    return `t${JSON.stringify(value.items.map((item) => [typeof item, String(item)]))}`
  }
  return value
}

function isPlain(value: PyValue): boolean {
  return value === null || typeof value !== 'object'
}
