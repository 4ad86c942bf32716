import { type Budget, LIMITS } from './budget.js'
import { Fault } from './fault.js'
import { formatPercent } from './percentFormat.js'
import { isTrue, keyOf, PyClass, PyDict, PyList, PySet, PyTuple, typeName, type Value } from './values.js'

type Number_ = bigint | number

/** A bool counts as 0 or 1; anything else that is no number is undefined. */
function numeric(value: Value): Number_ | undefined {
  if (typeof value === 'boolean') return value ? 1n : 0n
  return typeof value === 'bigint' || typeof value === 'number' ? value : undefined
}

export function binary(operator: string, left: Value, right: Value, budget: Budget): Value {
  const a = numeric(left)
  const b = numeric(right)
  if (a !== undefined && b !== undefined) {
    if ('&|^'.includes(operator) && typeof left === 'boolean' && typeof right === 'boolean')
      return operator === '&' ? left && right : operator === '|' ? left || right : left !== right
    return typeof a === 'bigint' && typeof b === 'bigint' ? integers(operator, a, b) : floats(operator, Number(a), Number(b))
  }
  if (operator === '+') {
    if (typeof left === 'string' && typeof right === 'string') {
      budget.characters(left.length + right.length)
      return left + right
    }
    if (left instanceof PyList && right instanceof PyList) return new PyList(joined(left, right, budget))
    if (left instanceof PyTuple && right instanceof PyTuple) return new PyTuple(joined(left, right, budget))
  }
  if (operator === '*') {
    if (typeof b === 'bigint') return repeated(left, b, budget) ?? refuse(operator, left, right)
    if (typeof a === 'bigint') return repeated(right, a, budget) ?? refuse(operator, left, right)
  }
  if (operator === '%' && typeof left === 'string') return formatPercent(left, right, budget)
  if (operator === '|' && left instanceof PyDict && right instanceof PyDict) {
    const result = new PyDict(left.isConfig)
    budget.items(left.entries.size + right.entries.size)
    for (const [key, value] of [...left.entries, ...right.entries]) result.set(key, value)
    return result
  }
  if (left instanceof PySet && right instanceof PySet) return sets(operator, left, right, budget) ?? refuse(operator, left, right)
  return refuse(operator, left, right)
}

function refuse(operator: string, left: Value, right: Value): never {
  throw new Fault(`'${operator}' does not work between ${typeName(left)} and ${typeName(right)}`)
}

function joined(left: PyList | PyTuple, right: PyList | PyTuple, budget: Budget): Value[] {
  budget.items(left.items.length + right.items.length)
  return [...left.items, ...right.items]
}

function repeated(value: Value, count: bigint, budget: Budget): Value | undefined {
  if (!(typeof value === 'string' || value instanceof PyList || value instanceof PyTuple)) return undefined
  const length = typeof value === 'string' ? value.length : value.items.length
  const times = count < 0n || length === 0 ? 0 : Number(count)
  if (typeof value === 'string') {
    budget.characters(length * times)
    return value.repeat(times)
  }
  budget.items(length * times)
  const items: Value[] = []
  for (let index = 0; index < times; index++) for (const item of value.items) items.push(item)
  return value instanceof PyList ? new PyList(items) : new PyTuple(items)
}

function sets(operator: string, left: PySet, right: PySet, budget: Budget): PySet | undefined {
  const result = new PySet()
  budget.items(left.items.size + right.items.size)
  const add = (from: PySet, keep: (key: ReturnType<typeof keyOf>) => boolean): void => {
    for (const [key, value] of from.items) if (keep(key)) result.items.set(key, value)
  }
  if (operator === '|') add(left, () => true)
  else if (operator === '&') add(left, (key) => right.items.has(key))
  else if (operator === '-' || operator === '^') add(left, (key) => !right.items.has(key))
  else return undefined
  if (operator === '|') add(right, () => true)
  if (operator === '^') add(right, (key) => !left.items.has(key))
  return result
}

function integers(operator: string, a: bigint, b: bigint): Value {
  switch (operator) {
    case '+':
      return bounded(a + b)
    case '-':
      return bounded(a - b)
    case '*':
      return bounded(a * b)
    case '/':
      if (b === 0n) throw new Fault('division by zero')
      return finite(Number(a) / Number(b))
    case '//':
      if (b === 0n) throw new Fault('division by zero')
      return floorDivide(a, b)
    case '%':
      if (b === 0n) throw new Fault('division by zero')
      return a - b * floorDivide(a, b)
    case '**':
      if (b < 0n) {
        if (a === 0n) throw new Fault('zero to a negative power')
        return floats('**', Number(a), Number(b))
      }
      if (BigInt(a.toString(2).length) * b > BigInt(LIMITS.bits) && a !== 0n && a !== 1n && a !== -1n) throw tooLarge()
      return bounded(a ** b)
    case '<<':
      if (b < 0n) throw new Fault('a shift by a negative count')
      if (b > BigInt(LIMITS.bits)) throw tooLarge()
      return bounded(a << b)
    case '>>':
      if (b < 0n) throw new Fault('a shift by a negative count')
      return b > BigInt(LIMITS.bits) ? (a < 0n ? -1n : 0n) : a >> b
    case '&':
      return a & b
    case '|':
      return a | b
    case '^':
      return a ^ b
  }
  throw new Fault(`'${operator}' does not work between int and int`)
}

function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient
}

const LARGEST = 1n << BigInt(LIMITS.bits)

function bounded(value: bigint): bigint {
  if (value > LARGEST || value < -LARGEST) throw tooLarge()
  return value
}

function tooLarge(): Fault {
  return new Fault(`an integer of more than ${LIMITS.bits} bits`, { code: 'INVALID_CONFIG' })
}

function finite(value: number): number {
  if (Number.isFinite(value)) return value
  throw new Fault('an integer is too large for a float')
}

function floats(operator: string, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      if (b === 0) throw new Fault('division by zero')
      return a / b
    case '//':
      if (b === 0) throw new Fault('division by zero')
      return floorQuotient(a, b)
    case '%':
      if (b === 0) throw new Fault('division by zero')
      return floorRemainder(a, b)
    case '**': {
      if (a === 0 && b < 0) throw new Fault('zero to a negative power')
      // JavaScript says NaN where IEEE's pow says 1.
      if (a === 1 || (a === -1 && !Number.isFinite(b) && !Number.isNaN(b))) return 1
      const power = a ** b
      if (Number.isNaN(power) && !Number.isNaN(a) && !Number.isNaN(b)) throw new Fault('a negative number to a fractional power is complex')
      if (!Number.isFinite(power) && Number.isFinite(a) && Number.isFinite(b)) throw new Fault('a power too large for a float')
      return power
    }
  }
  throw new Fault(`'${operator}' does not work between int and float`)
}

/** The remainder with the divisor's sign. */
function floorRemainder(a: number, b: number): number {
  const remainder = a % b
  if (remainder === 0) return b < 0 ? -0 : 0
  return remainder < 0 !== b < 0 ? remainder + b : remainder
}

function floorQuotient(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b) || !Number.isFinite(a)) return Number.NaN
  const remainder = a % b
  const quotient = (a - remainder) / b
  const exact = remainder !== 0 && remainder < 0 !== b < 0 ? quotient - 1 : quotient
  if (exact === 0) return a / b < 0 || Object.is(a / b, -0) ? -0 : 0
  const floor = Math.floor(exact)
  return exact - floor > 0.5 ? floor + 1 : floor
}

export function unary(operator: string, operand: Value): Value {
  if (operator === 'not') return !isTrue(operand)
  const value = numeric(operand)
  if (value !== undefined) {
    if (operator === '-') return -value
    if (operator === '+') return value
    if (operator === '~' && typeof value === 'bigint') return ~value
  }
  throw new Fault(`'${operator}' does not work on ${typeName(operand)}`)
}

export function compare(operator: string, left: Value, right: Value, budget: Budget): boolean {
  budget.step()
  switch (operator) {
    case '==':
      return equal(left, right, budget)
    case '!=':
      return !equal(left, right, budget)
    case 'is':
      return left === right
    case 'is not':
      return left !== right
    case 'in':
      return contains(right, left, budget)
    case 'not in':
      return !contains(right, left, budget)
  }
  const order = ordering(operator, left, right, budget)
  if (order === undefined) return false
  return operator === '<' ? order < 0 : operator === '<=' ? order <= 0 : operator === '>' ? order > 0 : order >= 0
}

export function equal(left: Value, right: Value, budget: Budget, depth = 0): boolean {
  budget.step()
  if (depth > LIMITS.depth) throw new Fault('values nested too deep to be compared', { code: 'INVALID_CONFIG' })
  const a = numeric(left)
  const b = numeric(right)
  // biome-ignore lint/suspicious/noDoubleEquals: an int and a float may be equal
  if (a !== undefined && b !== undefined) return a == b
  if ((left instanceof PyList && right instanceof PyList) || (left instanceof PyTuple && right instanceof PyTuple)) {
    return (
      left.items.length === right.items.length &&
      left.items.every((item, index) => equal(item, right.items[index] ?? null, budget, depth + 1))
    )
  }
  if (left instanceof PyDict && right instanceof PyDict) {
    if (left.entries.size !== right.entries.size) return false
    for (const [key, value] of left.entries) {
      const other = right.entries.get(key)
      if (other === undefined || !equal(value, other, budget, depth + 1)) return false
    }
    return true
  }
  if (left instanceof PySet && right instanceof PySet) {
    return left.items.size === right.items.size && [...left.items.keys()].every((key) => right.items.has(key))
  }
  if (left instanceof PyClass && right instanceof PyClass) return left.path === right.path
  if (typeof left === 'string' && typeof right === 'string') budget.step(Math.min(left.length, right.length) >> 6)
  return left === right
}

/** Negative, zero or positive; undefined where NaN is involved. */
export function ordering(operator: string, left: Value, right: Value, budget: Budget, depth = 0): number | undefined {
  budget.step()
  const a = numeric(left)
  const b = numeric(right)
  if (a !== undefined && b !== undefined) {
    if (a < b) return -1
    if (a > b) return 1
    // biome-ignore lint/suspicious/noDoubleEquals: an int and a float may be equal
    return a == b ? 0 : undefined
  }
  if (typeof left === 'string' && typeof right === 'string') {
    budget.step(Math.min(left.length, right.length) >> 4)
    return orderText(left, right)
  }
  if (
    depth < LIMITS.depth &&
    ((left instanceof PyList && right instanceof PyList) || (left instanceof PyTuple && right instanceof PyTuple))
  ) {
    for (const [index, item] of left.items.entries()) {
      const other = right.items[index]
      if (other === undefined) return 1
      if (!equal(item, other, budget, depth + 1)) return ordering(operator, item, other, budget, depth + 1)
    }
    return left.items.length - right.items.length
  }
  return refuse(operator, left, right)
}

/** By code points, where JavaScript goes by UTF-16 units. */
function orderText(left: string, right: string): number {
  const length = Math.min(left.length, right.length)
  let at = 0
  while (at < length && left.charCodeAt(at) === right.charCodeAt(at)) at++
  if (at === length) return left.length - right.length
  // Within a pair of surrogates the whole character decides.
  const start = at > 0 && isHighSurrogate(left.charCodeAt(at - 1)) ? at - 1 : at
  return (left.codePointAt(start) ?? 0) - (right.codePointAt(start) ?? 0)
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00
}

function contains(container: Value, item: Value, budget: Budget): boolean {
  if (typeof container === 'string' && typeof item === 'string') {
    budget.step(container.length >> 4)
    return container.includes(item)
  }
  if (container instanceof PyDict) return container.entries.has(keyOf(item))
  if (container instanceof PySet) return container.items.has(keyOf(item))
  if (container instanceof PyList || container instanceof PyTuple) return container.items.some((other) => equal(item, other, budget))
  throw new Fault(`'in' does not work on a ${typeName(container)}`)
}
