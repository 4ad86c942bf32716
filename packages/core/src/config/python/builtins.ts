import { define, int, variadic } from './arguments.js'
import { type Budget, LIMITS } from './budget.js'
import { givenEntries } from './configDict.js'
import { Fault } from './fault.js'
import { parseInteger } from './literals.js'
import { binary, ordering, unary } from './operators.js'
import { itemsOf } from './sequences.js'
import { sorted } from './sorting.js'
import { floatText, roundedText, textOf } from './text.js'
import { isTrue, keyOf, PyDict, PyFunction, PyList, PySet, PyTuple, typeName, type Value } from './values.js'

/** The functions that a recipe may call without importing anything. */
export function builtins(budget: Budget): ReadonlyMap<string, PyFunction> {
  const items = (value: Value): readonly Value[] => itemsOf(value, budget)
  const list = (values: readonly Value[]): PyList => {
    budget.items(values.length)
    return new PyList([...values])
  }
  const functions = [
    new PyFunction('dict', (args) => {
      const dict = new PyDict()
      for (const [key, value] of givenEntries('dict', args, budget)) dict.set(key, value)
      return dict
    }),
    define('list', ['items?'], (value) => list(value === undefined ? [] : items(value))),
    define('tuple', ['items?'], (value) => new PyTuple(list(value === undefined ? [] : items(value)).items)),
    define('set', ['items?'], (value) => {
      const set = new PySet()
      for (const item of list(value === undefined ? [] : items(value)).items)
        if (!set.items.has(keyOf(item))) set.items.set(keyOf(item), item)
      return set
    }),
    define('str', ['object?'], (value = '') => textOf(value, budget)),
    define('int', ['x?'], (value = 0n) => toInt(value)),
    define('float', ['x?'], (value = 0) => toFloat(value)),
    define('bool', ['x?'], (value = false) => isTrue(value)),
    define('round', ['number', 'ndigits?'], (value = 0n, digits = null) => round(value, digits)),
    define('abs', ['x'], (value = 0n) => (isNegative(value) ? unary('-', value) : unary('+', value))),
    define('len', ['x'], (value = null) => BigInt(items(value).length)),
    variadic('range', (values) => range(values, budget)),
    define('enumerate', ['items', 'start?'], (value = null, start = 0n) =>
      list(items(value).map((item, index) => new PyTuple([int(start, 'enumerate') + BigInt(index), item]))),
    ),
    variadic('zip', (values) => {
      const columns = values.map(items)
      const length = columns.length === 0 ? 0 : Math.min(...columns.map((column) => column.length))
      budget.items(length * columns.length)
      return list(Array.from({ length }, (_, row) => new PyTuple(columns.map((column) => column[row] ?? null))))
    }),
    define('reversed', ['items'], (value = null) => new PyList(list(items(value)).items.reverse())),
    define('sorted', ['items', 'reverse?'], (value = null, reverse = false) => new PyList(sorted(items(value), reverse, budget))),
    define('sum', ['items', 'start?'], (value = null, start = 0n) =>
      items(value).reduce((total, item) => binary('+', total, item, budget), start),
    ),
    variadic('min', (values) => extreme('min', values, budget)),
    variadic('max', (values) => extreme('max', values, budget)),
    define('any', ['items'], (value = null) => items(value).some(isTrue)),
    define('all', ['items'], (value = null) => items(value).every(isTrue)),
  ]
  return new Map(functions.map((each) => [each.name, each]))
}

function isNegative(value: Value): boolean {
  return typeof value === 'number' ? value < 0 || Object.is(value, -0) : typeof value === 'bigint' && value < 0n
}

function toInt(value: Value): bigint {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new Fault(`${floatText(value)} is no int`)
    return BigInt(Math.trunc(value))
  }
  if (typeof value === 'string') {
    const digits = value.trim()
    if (!/^[-+]?\d+(_\d+)*$/.test(digits)) throw new Fault('this text is no int')
    const magnitude = parseInteger(digits.replace(/[-+_]/g, ''))
    return digits.startsWith('-') ? -magnitude : magnitude
  }
  return int(value, 'int')
}

function toFloat(value: Value): number {
  if (typeof value === 'number') return value
  if (typeof value !== 'string') {
    const number = Number(int(value, 'float'))
    if (Number.isFinite(number)) return number
    throw new Fault('an integer is too large for a float')
  }
  const digits = value.trim().replaceAll('_', '')
  if (/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(digits)) return Number(digits)
  const special = /^([-+]?)(?:(inf|infinity)|nan)$/i.exec(digits)
  if (special === null) throw new Fault('this text is no float')
  return special[2] === undefined ? Number.NaN : special[1] === '-' ? -Infinity : Infinity
}

/** To the nearest; a tie goes to the even neighbour. */
function round(value: Value, digits: Value): Value {
  if (typeof value === 'boolean') return value ? 1n : 0n
  const places = digits === null ? undefined : Number(int(digits, 'round'))
  if (typeof value === 'bigint') {
    if (places === undefined || places >= 0) return value
    const unit = 10n ** BigInt(Math.min(-places, 1300))
    const down = value - (((value % unit) + unit) % unit)
    const twice = (value - down) * 2n
    return twice > unit || (twice === unit && (down / unit) % 2n !== 0n) ? down + unit : down
  }
  if (typeof value !== 'number') throw new Fault(`round() takes a number, not a ${typeName(value)}`)
  if (places === undefined) {
    if (!Number.isFinite(value)) throw new Fault(`${floatText(value)} is no int`)
    const floor = Math.floor(value)
    const rest = value - floor
    return BigInt(rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor)
  }
  if (!Number.isFinite(value) || places > 99 || Math.abs(value) >= 1e21) return value
  if (places >= 0) return Number(roundedText(value, places))
  const rounded = round(BigInt(Math.trunc(value)), BigInt(places))
  return Number.isInteger(value)
    ? Number(rounded)
    : Number(round(value >= 0 ? BigInt(Math.trunc(value)) : -BigInt(Math.trunc(-value)), BigInt(places)))
}

function range(values: readonly Value[], budget: Budget): PyList {
  const bounds = values.map((value) => int(value, 'range'))
  if (bounds.length < 1 || bounds.length > 3) throw new Fault(`range() takes 1 to 3 arguments, not ${bounds.length}`)
  const [start = 0n, stop = 0n, step = 1n] = bounds.length === 1 ? [0n, bounds[0]] : bounds
  if (step === 0n) throw new Fault('the step of range() cannot be 0')
  const span = step > 0n ? stop - start : start - stop
  const size = step > 0n ? step : -step
  const count = span <= 0n ? 0n : (span + size - 1n) / size
  budget.items(Number(count > BigInt(LIMITS.items) ? LIMITS.items + 1 : count))
  return new PyList(Array.from({ length: Number(count) }, (_, index) => start + BigInt(index) * step))
}

function extreme(name: 'min' | 'max', values: readonly Value[], budget: Budget): Value {
  const [first] = values
  const candidates = values.length === 1 && first !== undefined ? itemsOf(first, budget) : values
  const [best, ...others] = candidates
  if (best === undefined) throw new Fault(`${name}() of nothing`)
  return others.reduce((kept, item) => {
    const order = ordering(name === 'min' ? '<' : '>', item, kept, budget) ?? 0
    return (name === 'min' ? order < 0 : order > 0) ? item : kept
  }, best)
}
