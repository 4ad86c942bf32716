import type { StateValue } from '@tessera/nn'

/**
 * A table of relative-position biases [rows · columns + extra, heads] for another window: offsets further out are stretched in a geometric
 * progression, so that near ones stay sharp, and read off by a bicubic spline, as BEiT did. The last `extra` rows stay.
 * @returns undefined when the saved table is no square one
 */
export function resizeBiasTable(value: StateValue, rows: number, columns: number, extra: number): StateValue | undefined {
  const [saved = 0, heads = 0] = value.shape
  const side = Math.sqrt(saved - extra)
  if (value.shape.length !== 2 || !Number.isInteger(side) || side < 4 || rows !== columns) return undefined
  const [from, to] = [offsetPositions(side, rows), Array.from({ length: rows }, (_, i) => i - Math.floor(rows / 2))]
  const weights = splineWeights(from, to)
  const shape = [rows * columns + extra, heads]
  const data = new Float32Array((rows * columns + extra) * heads)
  for (let head = 0; head < heads; head++) {
    const across = new Float64Array(side * columns)
    for (let y = 0; y < side; y++)
      for (let x = 0; x < columns; x++)
        for (let k = 0; k < side; k++)
          across[y * columns + x] =
            (across[y * columns + x] ?? 0) + (weights[x]?.[k] ?? 0) * (value.data[(y * side + k) * heads + head] ?? 0)
    for (let y = 0; y < rows; y++)
      for (let x = 0; x < columns; x++) {
        let sum = 0
        for (let k = 0; k < side; k++) sum += (weights[y]?.[k] ?? 0) * (across[k * columns + x] ?? 0)
        data[(y * columns + x) * heads + head] = sum
      }
  }
  data.set(value.data.subarray(side * side * heads), rows * columns * heads)
  return { shape, data }
}

/** Where the saved offsets −n … n lie among the new ones: 1, 1 + q, 1 + q + q², … with the q that just reaches the new outermost. */
function offsetPositions(from: number, to: number): number[] {
  const [half, reach] = [Math.floor(from / 2), Math.floor(to / 2)]
  let [left, right, q] = [1.01, 1.5, 1.01]
  while (right - left > 1e-6) {
    q = (left + right) / 2
    if ((1 - q ** half) / (1 - q) > reach) right = q
    else left = q
  }
  const outwards: number[] = []
  for (let i = 0, at = 1; i < half; i++, at += q ** i) outwards.push(at)
  return [...outwards.map((at) => -at).reverse(), 0, ...outwards]
}

/** Row i: how much each value at `from` counts for the not-a-knot cubic spline at `to[i]`, held to the ends of `from`. */
function splineWeights(from: readonly number[], to: readonly number[]): number[][] {
  const moments = secondDerivatives(from)
  const last = from.length - 1
  return to.map((place) => {
    const x = Math.min(Math.max(place, from[0] ?? 0), from[last] ?? 0)
    let i = 0
    while (i < last - 1 && x > (from[i + 1] ?? 0)) i++
    const [low, high] = [from[i] ?? 0, from[i + 1] ?? 0]
    const h = high - low
    const [a, b] = [(high - x) / h, (x - low) / h]
    const curve = [((a ** 3 - a) * h * h) / 6, ((b ** 3 - b) * h * h) / 6] as const
    return from.map(
      (_, k) => (k === i ? a : 0) + (k === i + 1 ? b : 0) + curve[0] * (moments[i]?.[k] ?? 0) + curve[1] * (moments[i + 1]?.[k] ?? 0),
    )
  })
}

/** Row i: how each value contributes to the spline's second derivative at knot i. */
function secondDerivatives(x: readonly number[]): number[][] {
  const n = x.length
  const h = x.slice(1).map((value, i) => value - (x[i] ?? 0))
  const gap = (i: number) => h[i] ?? 0
  const left = Array.from({ length: n }, () => new Array<number>(n).fill(0))
  const right = Array.from({ length: n }, () => new Array<number>(n).fill(0))
  const put = (matrix: number[][], row: number, column: number, value: number) => {
    const cells = matrix[row]
    if (cells !== undefined) cells[column] = (cells[column] ?? 0) + value
  }
  for (let i = 1; i < n - 1; i++) {
    put(left, i, i - 1, gap(i - 1) / 6)
    put(left, i, i, (gap(i - 1) + gap(i)) / 3)
    put(left, i, i + 1, gap(i) / 6)
    put(right, i, i - 1, 1 / gap(i - 1))
    put(right, i, i, -1 / gap(i - 1) - 1 / gap(i))
    put(right, i, i + 1, 1 / gap(i))
  }
  // Not a knot: the third derivative does not jump at the second and the last but one place.
  for (const [row, i] of [
    [0, 1],
    [n - 1, n - 2],
  ] as const) {
    put(left, row, i - 1, gap(i))
    put(left, row, i, -(gap(i - 1) + gap(i)))
    put(left, row, i + 1, gap(i - 1))
  }
  return solve(left, right)
}

/** left⁻¹ · right, by elimination with pivots. */
function solve(left: number[][], right: number[][]): number[][] {
  const rows = left.map((row, i) => [...row, ...(right[i] ?? [])])
  const n = rows.length
  for (let column = 0; column < n; column++) {
    const below = rows.slice(column).map((row) => Math.abs(row[column] ?? 0))
    const pivot = column + below.indexOf(Math.max(...below))
    ;[rows[column], rows[pivot]] = [rows[pivot] ?? [], rows[column] ?? []]
    const pivotRow = rows[column] ?? []
    for (const [i, row] of rows.entries()) {
      if (i === column) continue
      const factor = (row[column] ?? 0) / (pivotRow[column] ?? 1)
      for (let k = column; k < row.length; k++) row[k] = (row[k] ?? 0) - factor * (pivotRow[k] ?? 0)
    }
  }
  return rows.map((row, i) => row.slice(n).map((value) => value / (row[i] ?? 1)))
}
