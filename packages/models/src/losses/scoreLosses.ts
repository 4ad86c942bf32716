import { differentiable } from '@tessera/nn'
import { tf } from '@tessera/runtime'

/** −Σ target · log softmax(score) for each sample: [batch]. The targets need not add up to 1. */
export function softCrossEntropy(score: tf.Tensor, target: tf.Tensor, classWeight?: readonly number[]): tf.Tensor {
  const weighed = classWeight === undefined ? target : tf.mul(target, tf.tensor1d([...classWeight], 'float32'))
  return differentiable([score], (save) => {
    const logs = tf.logSoftmax(score)
    save([logs, weighed])
    return {
      value: tf.neg(tf.sum(tf.mul(weighed, logs), -1)),
      gradFunc: (dy, saved) => {
        const [logP, t] = saved as [tf.Tensor, tf.Tensor]
        const slope = tf.sub(tf.mul(tf.exp(logP), tf.sum(t, -1, true)), t)
        return [tf.mul(slope, tf.expandDims(dy, -1))]
      },
    }
  })
}

/**
 * Binary cross entropy of every score with its target: [batch, classes].
 * Written with softplus, so that large scores neither overflow nor lose the small part.
 */
export function binaryCrossEntropy(
  score: tf.Tensor,
  target: tf.Tensor,
  classWeight?: readonly number[],
  posWeight?: number | readonly number[],
): tf.Tensor {
  const labels = tf.cast(target, 'float32')
  const positive = posWeight === undefined ? undefined : typeof posWeight === 'number' ? tf.scalar(posWeight) : tf.tensor1d([...posWeight])
  // softplus(−x) is −log of "yes", softplus(x) = softplus(−x) + x is −log of "no".
  const yes = tf.softplus(tf.neg(score))
  const no = tf.add(yes, score)
  const loss = tf.add(tf.mul(positive === undefined ? labels : tf.mul(labels, positive), yes), tf.mul(tf.sub(1, labels), no))
  return classWeight === undefined ? loss : tf.mul(loss, tf.tensor1d([...classWeight], 'float32'))
}
