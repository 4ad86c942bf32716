import { TesseraError } from '@tessera/core'
import { oneHot } from '@tessera/nn'
import { tf } from '@tessera/runtime'

/**
 * Targets of a loss that asks yes or no of every class: class indices [batch] (or [batch, 1]) become rows of zeros and a one.
 * @throws TesseraError SHAPE_MISMATCH for targets that are neither indices nor of the scores' shape
 */
export function oneHotTarget(target: tf.Tensor, score: tf.Tensor, path: string): tf.Tensor {
  const classes = score.shape[1] ?? 0
  if (target.rank === 1 || (target.rank === 2 && target.shape[1] === 1 && classes !== 1)) return oneHot(tf.reshape(target, [-1]), classes)
  if (target.shape.join() === score.shape.join()) return tf.cast(target, 'float32')
  throw new TesseraError('SHAPE_MISMATCH', {
    what: 'this loss needs one target value for each class, or class indices',
    path,
    got: target.shape,
    expected: `[${score.shape.join(',')}] or [${score.shape[0]}]`,
  })
}
