const TUPLE = Symbol.for('tessera.tuple')

/**
 * A Python tuple in a config: an array in every way, which `copyConfig` and `map` keep apart from a list, so that a Python recipe can be
 * told again as it was. No component may ask for the difference: what JSON and YAML give are lists.
 */
export class Tuple<T = unknown> extends Array<T> {
  get [TUPLE](): true {
    return true
  }
}

/** `betas: tuple(0.9, 0.999)`: the config it is loaded into says `(0.9, 0.999)` to Python. */
export function tuple<TItems extends unknown[]>(...items: TItems): TItems {
  const made: unknown = Object.assign(new Tuple(items.length), items)
  return made as TItems
}

/** Whether an array stands for a tuple; also for one made by another copy of this package. */
export function isTuple(value: unknown): value is Tuple {
  return Array.isArray(value) && TUPLE in value
}
