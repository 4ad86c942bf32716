import * as v from 'valibot'

/** `macro`: the mean over classes; `micro`: over all decisions at once; null: each class. */
export const averageSchema = v.nullable(v.picklist(['macro', 'micro']))
export type Average = v.InferOutput<typeof averageSchema>

export const ITEMS = ['precision', 'recall', 'f1-score', 'support'] as const
export const itemsSchema = v.array(v.picklist(ITEMS))
export type Item = (typeof ITEMS)[number]

/** Decisions about one sample, a number a class: predicted 1 or 0; actual 1, 0, or −1 for what is not counted. */
export interface Decisions {
  readonly predicted: ArrayLike<number>
  readonly actual: ArrayLike<number>
}

const EPSILON = 2 ** -23
const f32 = Math.fround

/**
 * Precision, recall and F1 in percent, computed in float32 as MMPreTrain does, and the support as a count.
 * @returns one number an item, or with average null one a class
 */
export function precisionRecall(decisions: readonly Decisions[], classes: number, average: Average): Record<Item, number | number[]> {
  const correct = new Float64Array(classes)
  const predicted = new Float64Array(classes)
  const actual = new Float64Array(classes)
  for (const row of decisions) {
    for (let at = 0; at < classes; at++) {
      const truth = row.actual[at] ?? 0
      if (truth === -1) continue
      const guess = row.predicted[at] ?? 0
      if (guess === 1 && truth === 1) correct[at] = (correct[at] ?? 0) + 1
      predicted[at] = (predicted[at] ?? 0) + guess
      actual[at] = (actual[at] ?? 0) + truth
    }
  }
  const total = (values: Float64Array): Float64Array => Float64Array.of(values.reduce((a, b) => a + b, 0))
  const counts =
    average === 'micro' ? { c: total(correct), p: total(predicted), a: total(actual) } : { c: correct, p: predicted, a: actual }
  const precision = [...counts.c].map((count, at) => share(count, counts.p[at] ?? 0))
  const recall = [...counts.c].map((count, at) => share(count, counts.a[at] ?? 0))
  const f1 = precision.map((p, at) => harmonic(p, recall[at] ?? 0))
  const support = [...counts.a]
  if (average === null) return { precision, recall, 'f1-score': f1, support }
  const sum = support.reduce((a, b) => a + b, 0)
  return { precision: mean(precision), recall: mean(recall), 'f1-score': mean(f1), support: sum }
}

/** Names as the reference gives them: `precision_thr-0.30_classwise`. */
export function namedItems(
  values: Record<Item, number | number[]>,
  items: readonly Item[],
  average: Average,
  suffix: string,
): Record<string, number | number[]> {
  const ending = average === null ? '_classwise' : average === 'micro' ? '_micro' : ''
  return Object.fromEntries(ITEMS.filter((item) => items.includes(item)).map((item) => [`${item}${suffix}${ending}`, values[item]]))
}

function share(part: number, whole: number): number {
  return f32(f32(part / Math.max(whole, 1)) * 100)
}

function harmonic(a: number, b: number): number {
  return f32(f32(f32(2 * a) * b) / Math.max(f32(a + b), EPSILON))
}

function mean(values: readonly number[]): number {
  return f32(values.reduce((a, b) => a + b, 0) / values.length)
}
