import { tf } from '../tf.js'

/**
 * Many numbers that change from step to step, as one tensor [n] inside a step: `stepScalar` for a whole table. One transfer instead
 * of n; a recorded step feeds it anew each time it runs.
 * @param read called once a step, on the host; always of the same length
 */
export function stepVector(read: () => readonly number[]): tf.Tensor1D {
  return tf.tensor1d([...read()], 'float32')
}
