export interface Points {
  readonly x: readonly number[]
  readonly y: readonly (number | null)[]
}

/**
 * At most `limit` points that look the same: of every bucket of neighbours the first, lowest, highest and last, in their order,
 * so that no spike and no gap is lost (min-max decimation).
 */
export function decimate({ x, y }: Points, limit: number): Points {
  if (x.length <= limit) return { x, y }
  const buckets = Math.max(1, Math.floor(limit / 4))
  const keep: number[] = []
  for (let bucket = 0; bucket < buckets; bucket++) {
    const start = Math.floor((bucket * x.length) / buckets)
    const end = Math.floor(((bucket + 1) * x.length) / buckets)
    keep.push(...new Set([start, ...extremes(y, start, end), end - 1]))
  }
  return { x: keep.map((at) => x[at] ?? 0), y: keep.map((at) => y[at] ?? null) }
}

/** Where the lowest and the highest stand, and the first gap. */
function extremes(y: Points['y'], start: number, end: number): number[] {
  let low: number | undefined
  let high: number | undefined
  let gap: number | undefined
  for (let at = start; at < end; at++) {
    const value = y[at] ?? null
    if (value === null) gap ??= at
    else {
      if (low === undefined || value < (y[low] ?? 0)) low = at
      if (high === undefined || value > (y[high] ?? 0)) high = at
    }
  }
  return [low, high, gap].filter((at) => at !== undefined).sort((a, b) => a - b)
}

/** The points from `from` to `to`, and one neighbour on each side, so that lines run to the edge. x does not fall. */
export function between({ x, y }: Points, from: number, to: number): Points {
  const start = Math.max(0, firstAtLeast(x, from) - 1)
  let end = firstAtLeast(x, to)
  while (end < x.length && (x[end] ?? 0) <= to) end++
  end = Math.min(x.length, end + 1)
  return { x: x.slice(start, end), y: y.slice(start, end) }
}

function firstAtLeast(x: readonly number[], value: number): number {
  let [low, high] = [0, x.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((x[middle] ?? 0) < value) low = middle + 1
    else high = middle
  }
  return low
}
