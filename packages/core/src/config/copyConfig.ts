import { TesseraError } from '../errors.js'
import { type ConfigDict, isPlainObject, joinPath } from './plainObject.js'

export const DELETE_KEY = '_delete_'

/** No real recipe nests deeper than 20; a file that does is damaged or hostile. */
const MAX_DEPTH = 200

/**
 * A copy of a config whose objects and arrays are all its own, so that freezing or merging it touches nobody else's.
 * Classes, functions and instances are kept as they are. `_delete_` markers and undefined values are left out.
 * @throws TesseraError INVALID_CONFIG for the key `__proto__`, a cycle, or nesting beyond reason
 */
export function copyConfig(value: ConfigDict, path?: string): ConfigDict
export function copyConfig(value: unknown, path?: string): unknown
export function copyConfig(value: unknown, path = ''): unknown {
  return new Copy(configEntries, (leaf) => leaf, path).of(value)
}

/** A copy in which every value that is no section and no list has gone through `leaf`; markers stay. Same limits as `copyConfig`. */
export function mapConfig(value: unknown, leaf: (value: unknown, path: () => string) => unknown, path = ''): unknown {
  return new Copy(ownEntries, leaf, path).of(value)
}

/** One walk through a config. Loading a recipe copies it many times: the path is only written out when somebody asks for it. */
class Copy {
  private readonly ancestors: object[] = []
  private readonly keys: (string | number)[] = []

  constructor(
    private readonly entriesOf: (section: ConfigDict, path: () => string) => [string, unknown][],
    private readonly leaf: (value: unknown, path: () => string) => unknown,
    private readonly start: string,
  ) {}

  of(value: unknown): unknown {
    const isList = Array.isArray(value)
    if (!isList && !isPlainObject(value)) return this.leaf(value, this.path)
    if (this.ancestors.includes(value)) throw new TesseraError('INVALID_CONFIG', { what: 'an object contains itself', path: this.path() })
    if (this.ancestors.length > MAX_DEPTH) {
      const place = `${this.path().slice(0, 60)}…`
      throw new TesseraError('INVALID_CONFIG', { what: `nested deeper than ${MAX_DEPTH} levels`, path: place })
    }
    this.ancestors.push(value)
    // A tuple's own `map` makes a tuple.
    const copy = isList ? value.map((item, index) => this.child(index, item)) : this.section(value)
    this.ancestors.pop()
    return copy
  }

  private section(section: ConfigDict): ConfigDict {
    const copy: ConfigDict = {}
    for (const [key, value] of this.entriesOf(section, this.path)) copy[key] = this.child(key, value)
    return copy
  }

  private child(key: string | number, value: unknown): unknown {
    this.keys.push(key)
    const copy = this.of(value)
    this.keys.pop()
    return copy
  }

  private readonly path = (): string => this.keys.reduce<string>(joinPath, this.start)
}

/** The own entries of a section, without markers and undefined values. */
export function configEntries(section: ConfigDict, path: () => string): [string, unknown][] {
  isDeletion(section, path)
  const entries = ownEntries(section, path)
  return Object.hasOwn(section, DELETE_KEY) ? entries.filter(([key]) => key !== DELETE_KEY) : entries
}

function ownEntries(section: ConfigDict, path: () => string): [string, unknown][] {
  const entries = Object.entries(section)
  let isWhole = true
  for (const [key, value] of entries) {
    refusePrototypeKey(key, path)
    if (value === undefined) isWhole = false
  }
  return isWhole ? entries : entries.filter(([, value]) => value !== undefined)
}

/** `constructor` and `prototype` are keys of real recipes, and harmless where only own keys are read; this one is how files attack JavaScript. */
export function refusePrototypeKey(key: string, path: () => string): void {
  if (key !== '__proto__') return
  throw new TesseraError('INVALID_CONFIG', { what: `the key '${key}' is not allowed in a config`, path: joinPath(path(), key) })
}

/** Whether a section says `_delete_: true`. */
export function isDeletion(section: ConfigDict, path: () => string): boolean {
  if (!Object.hasOwn(section, DELETE_KEY)) return false
  const marker = section[DELETE_KEY]
  if (typeof marker === 'boolean') return marker
  throw new TesseraError('CONFIG_MERGE', {
    what: `'${DELETE_KEY}' is a switch`,
    path: joinPath(path(), DELETE_KEY),
    got: marker,
    expected: 'true or false',
  })
}
