import { tf } from '@tessera/runtime'

/**
 * What a grid's places are told of themselves, [1, rows, columns, 2 · width]: sines and cosines by turns of the row, then of the column, both
 * scaled to (0, 2π], at geometric frequencies.
 */
export function fourierPositions([rows, columns]: readonly [number, number], width = 32, temperature = 10_000): tf.Tensor4D {
  const values = new Float32Array(rows * columns * 2 * width)
  let at = 0
  for (let row = 1; row <= rows; row++) {
    for (let column = 1; column <= columns; column++) {
      for (const [place, last] of [
        [row, rows],
        [column, columns],
      ] as const) {
        const angle = (place / (last + 1e-6)) * 2 * Math.PI
        for (let i = 0; i < width; i++) {
          const slow = angle / temperature ** ((2 * Math.floor(i / 2)) / width)
          values[at++] = i % 2 === 0 ? Math.sin(slow) : Math.cos(slow)
        }
      }
    }
  }
  return tf.tensor4d(values, [1, rows, columns, 2 * width])
}
