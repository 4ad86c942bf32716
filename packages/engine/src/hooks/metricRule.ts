import { TesseraError } from '@tessera/core'

export type Rule = 'greater' | 'less'

const GREATER_KEYS = ['acc', 'top', 'AR@', 'auc', 'precision', 'mAP', 'mDice', 'mIoU', 'mAcc', 'aAcc']
const LESS_KEYS = ['loss']

/**
 * Whether more or less of a metric is better, by its name (MMEngine's lists: an exact name counts before a part of it).
 * @param path of the option that names the metric
 * @throws TesseraError INVALID_OPTIONS when the name says nothing
 */
export function inferRule(
  metric: string,
  path: string,
  { greaterKeys, lessKeys }: { greaterKeys?: readonly string[] | undefined; lessKeys?: readonly string[] | undefined } = {},
): Rule {
  const rule = knownRule(metric, greaterKeys, lessKeys)
  if (rule !== undefined) return rule
  throw new TesseraError('INVALID_OPTIONS', {
    what: 'cannot tell whether more or less of this metric is better',
    path,
    got: metric,
    hint: "Set rule to 'greater' or 'less'.",
  })
}

/** The same; undefined when the name says nothing. */
export function knownRule(
  metric: string,
  greaterKeys: readonly string[] = GREATER_KEYS,
  lessKeys: readonly string[] = LESS_KEYS,
): Rule | undefined {
  const name = metric.toLowerCase()
  const greater = greaterKeys.map((key) => key.toLowerCase())
  const less = lessKeys.map((key) => key.toLowerCase())
  if (greater.includes(name)) return 'greater'
  if (less.includes(name)) return 'less'
  if (greater.some((key) => name.includes(key))) return 'greater'
  return less.some((key) => name.includes(key)) ? 'less' : undefined
}

export function isBetter(value: number, best: number | undefined, rule: Rule): boolean {
  if (Number.isNaN(value)) return false
  return best === undefined || (rule === 'greater' ? value > best : value < best)
}
