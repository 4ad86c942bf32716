import { gatherRows, Parameter } from '@tessera/nn'
import { tf } from '@tessera/runtime'

/**
 * Which of rows · columns distances belongs to each pair of places, [queries, rows · columns] row by row: the query at every `stride`-th
 * place of each axis, the distance without its sign (Graham et al. 2021, arXiv 2104.01136).
 */
export function distanceIndex(rows: number, columns: number, stride = 1): Int32Array {
  const index: number[] = []
  for (let top = 0; top < rows; top += stride)
    for (let left = 0; left < columns; left += stride)
      for (let down = 0; down < rows; down++)
        for (let across = 0; across < columns; across++) index.push(Math.abs(top - down) * columns + Math.abs(left - across))
  return Int32Array.from(index)
}

/** One learnt bias a head and distance. */
export function distanceBiases(heads: number, rows: number, columns: number): Parameter {
  return new Parameter([heads, rows * columns])
}

/** Biases [heads, distances] of attention scores: [1, heads, queries, places]. */
export function distanceBias(biases: Parameter, index: Int32Array): tf.Tensor {
  const [heads = 0, places = 0] = biases.shape
  return tf.reshape(tf.transpose(gatherRows(tf.transpose(biases.variable), index)), [1, heads, -1, places])
}
