import type { Budget } from './budget.js'
import { ordering } from './operators.js'
import { isTrue, type Value } from './values.js'

/** `sorted(items, reverse=…)`: stable, also backwards. */
export function sorted(items: readonly Value[], reverse: Value, budget: Budget): Value[] {
  budget.items(items.length)
  const direction = isTrue(reverse) ? -1 : 1
  return [...items].sort((a, b) => direction * (ordering('<', a, b, budget) ?? 0))
}
