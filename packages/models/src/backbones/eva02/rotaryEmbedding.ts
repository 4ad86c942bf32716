import { Buffer, Module } from '@tessera/nn'
import { tf } from '@tessera/runtime'

const THETA = 10000

/**
 * Rotary embedding of places on a grid (Su et al. 2021, arXiv 2104.09864): pairs of features are turned by angles that grow with the row
 * (first half of the features) and with the column (second half). Angles are spread over the grid, whatever its size.
 */
export class RotaryEmbedding extends Module {
  constructor(
    private readonly features: number,
    grid: readonly [number, number],
  ) {
    super()
    const shape = [grid[0] * grid[1], features]
    for (const [name, turn] of [
      ['freqs_cos', Math.cos],
      ['freqs_sin', Math.sin],
    ] as const) {
      const values = () => this.angles(grid).map(turn)
      const buffer = this.registerBuffer(name, new Buffer(shape, { init: values }))
      buffer.adapt = () => ({ shape, data: values() })
    }
  }

  /** @param x [batch, heads, rows · columns, features] */
  override forward(x: tf.Tensor, grid: readonly [number, number]): tf.Tensor {
    const angles = this.angles(grid)
    const shape: [number, number] = [grid[0] * grid[1], this.features]
    const turned = tf.reshape(tf.matMul(tf.reshape(x, [-1, this.features]) as tf.Tensor2D, this.quarterTurn()), x.shape)
    return tf.add(tf.mul(x, tf.tensor2d(angles.map(Math.cos), shape)), tf.mul(turned, tf.tensor2d(angles.map(Math.sin), shape)))
  }

  private angles([rows, columns]: readonly [number, number]): Float32Array {
    const half = this.features / 2
    const frequencies = Array.from({ length: Math.ceil(half / 2) }, (_, i) => THETA ** (-(2 * i) / half))
    const values = new Float32Array(rows * columns * this.features)
    let at = 0
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++)
        for (const place of [(row / rows) * half, (column / columns) * half])
          for (let feature = 0; feature < half; feature++) values[at++] = place * (frequencies[feature % frequencies.length] ?? 0)
    return values
  }

  /** Each pair (a, b) of features → (−b, a), as a matrix. */
  private quarterTurn(): tf.Tensor2D {
    const { features } = this
    const values = new Float32Array(features * features)
    for (let pair = 0; pair < features; pair += 2) {
      values[(pair + 1) * features + pair] = -1
      values[pair * features + pair + 1] = 1
    }
    return tf.tensor2d(values, [features, features])
  }
}
