import { suggest, TesseraError } from '@tessera/core'

/** MMEngine's scale: the lower, the earlier. */
export const PRIORITIES = {
  HIGHEST: 0,
  VERY_HIGH: 10,
  HIGH: 30,
  ABOVE_NORMAL: 40,
  NORMAL: 50,
  BELOW_NORMAL: 60,
  LOW: 70,
  VERY_LOW: 90,
  LOWEST: 100,
} as const

export type Priority = keyof typeof PRIORITIES | number

/** A priority as its number. @throws TesseraError INVALID_OPTIONS for an unknown name or a number outside 0–100 */
export function priorityValue(priority: unknown, path?: string): number {
  if (typeof priority === 'number' && Number.isInteger(priority) && priority >= 0 && priority <= 100) return priority
  if (typeof priority === 'string') {
    const name = priority.toUpperCase()
    if (isPriorityName(name)) return PRIORITIES[name]
  }
  throw new TesseraError('INVALID_OPTIONS', {
    what: 'not a priority',
    path,
    got: priority,
    expected: `0 to 100 or one of ${Object.keys(PRIORITIES).join(', ')}`,
    nearest: typeof priority === 'string' ? suggest(priority, Object.keys(PRIORITIES)) : [],
  })
}

function isPriorityName(name: string): name is keyof typeof PRIORITIES {
  return Object.hasOwn(PRIORITIES, name)
}
