import { tf } from '../tf.js'

/**
 * A number that changes from step to step (a learning rate, a bias correction), as a scalar tensor inside a step.
 * It is read through a function, not handed over as a value, because a recorded step feeds it anew each time it runs;
 * a plain `tf.scalar(x)` would be frozen into the graph.
 * @param read called once a step, on the host
 */
export function stepScalar(read: () => number): tf.Scalar {
  return tf.scalar(read(), 'float32')
}
