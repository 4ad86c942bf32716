import { expect } from '@jest/globals'

/** Every number within `tolerance`, relative to the largest of the expected. */
export function expectClose(got: ArrayLike<number>, wanted: readonly number[], tolerance: number, label = ''): void {
  expect(got.length).toBe(wanted.length)
  const scale = Math.max(...wanted.map(Math.abs), Number.MIN_VALUE)
  const worst = Math.max(0, ...wanted.map((value, i) => Math.abs((got[i] ?? Number.NaN) - value)))
  if (!(worst <= tolerance * scale))
    throw new Error(`${label} differs by ${worst} (allowed ${tolerance * scale}): got ${Array.from(got)}, expected ${wanted}`)
}
