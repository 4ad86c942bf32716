import { describedInit, type Initializer, type StateValue } from '@tessera/nn'

const TEMPERATURE = 10_000

/**
 * Fixed position embedding of a grid: sine and cosine of the one coordinate, then of the other, a quarter of the width each, at geometric
 * frequencies; the class token's, where there is one, is zero. As MMPreTrain's it runs through the columns first: of a square it makes no
 * difference which coordinate is called which.
 */
export function sincosPositions([rows, columns]: readonly [number, number], dims: number, classToken: boolean): StateValue {
  const extra = classToken ? 1 : 0
  const quarter = dims / 4
  const data = new Float32Array((extra + rows * columns) * dims)
  const omega = Float32Array.from({ length: quarter }, (_, i) => 1 / Math.fround(TEMPERATURE ** Math.fround(i / quarter)))
  for (let place = 0; place < rows * columns; place++) {
    const at = (extra + place) * dims
    const coordinates = [Math.floor(place / rows), place % rows]
    for (const [half, coordinate] of coordinates.entries()) {
      for (let i = 0; i < quarter; i++) {
        const angle = Math.fround(coordinate * (omega[i] ?? 0))
        data[at + 2 * half * quarter + i] = Math.sin(angle)
        data[at + (2 * half + 1) * quarter + i] = Math.cos(angle)
      }
    }
  }
  return { shape: [1, extra + rows * columns, dims], data }
}

/** Starts a position embedding at these values. */
export function sincosInit(grid: readonly [number, number], dims: number, classToken: boolean): Initializer {
  return describedInit('sine and cosine of the place', () => sincosPositions(grid, dims, classToken).data)
}
