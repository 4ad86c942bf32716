/** Counts of values in buckets: bucket i holds those up to `limits[i]`, above `limits[i - 1]`. */
export interface Histogram {
  readonly min: number
  readonly max: number
  readonly count: number
  readonly sum: number
  readonly sumOfSquares: number
  readonly limits: readonly number[]
  readonly buckets: readonly number[]
}

const BUCKETS = 30

/** Equal buckets from the least to the greatest of the finite values; undefined without any. */
export function histogramOf(values: ArrayLike<number>): Histogram | undefined {
  let [min, max, count, sum, sumOfSquares] = [Infinity, -Infinity, 0, 0, 0]
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? Number.NaN
    if (!Number.isFinite(value)) continue
    min = Math.min(min, value)
    max = Math.max(max, value)
    sum += value
    sumOfSquares += value * value
    count++
  }
  if (count === 0) return undefined
  const width = (max - min) / BUCKETS
  // All values the same: one bucket, as wide as TensorBoard needs to draw it.
  if (width === 0) return { min, max, count, sum, sumOfSquares, limits: [min, min + 1], buckets: [count, 0] }
  const buckets = Array.from({ length: BUCKETS }, () => 0)
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? Number.NaN
    if (!Number.isFinite(value)) continue
    const at = Math.min(BUCKETS - 1, Math.max(0, Math.ceil((value - min) / width) - 1))
    buckets[at] = (buckets[at] ?? 0) + 1
  }
  return {
    min,
    max,
    count,
    sum,
    sumOfSquares,
    limits: buckets.map((_, at) => (at === BUCKETS - 1 ? max : min + (at + 1) * width)),
    buckets,
  }
}
