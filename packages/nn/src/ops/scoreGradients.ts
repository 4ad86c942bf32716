import { tf } from '@tessera/runtime'

interface ScoreGradients {
  /** As saved: queries and keys, [batch, heads, tokens, channels per head]. */
  readonly sq: tf.Tensor
  readonly sk: tf.Tensor
  /** Of the scores before softmax: [batch, heads, queries, tokens]. */
  readonly dScores: tf.Tensor
  /** As the values. */
  readonly dV: tf.Tensor
}

/**
 * The way back through softmax(scores)·v, the same for attention with and without a bias.
 * @param dy [batch, queries, heads · channels per head]
 * @param saved q, k, v, weights, output; with a mask, the masked weights and the mask
 */
export function scoreGradients(dy: tf.Tensor, saved: readonly tf.Tensor[], heads: number): ScoreGradients {
  const [sq, sk, sv, p, out, masked, keptMask] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor?, tf.Tensor?]
  const [batch = 0, queries = 0, channels = 0] = dy.shape
  const dOut = tf.transpose(tf.reshape(dy, [batch, queries, heads, channels / heads]), [0, 2, 1, 3])
  const dV = tf.matMul(masked ?? p, dOut, true, false)
  const dMasked = tf.matMul(dOut, sv, false, true)
  const dWeights = keptMask === undefined ? dMasked : tf.mul(dMasked, keptMask)
  return { sq, sk, dV, dScores: tf.mul(p, tf.sub(dWeights, headSums(dy, out, heads))) }
}

/**
 * What softmax's gradient takes off each row: Σ dWeights · weights over the tokens, which is Σ dOut · out over a head's channels, a shorter
 * sum (Dao et al. 2022, arXiv 2205.14135, appendix B).
 * @param dy, out [batch, queries, heads · channels per head]
 * @returns [batch, heads, queries, 1]
 */
function headSums(dy: tf.Tensor, out: tf.Tensor, heads: number): tf.Tensor {
  const [batch = 0, queries = 0, channels = 0] = out.shape
  const sums = tf.sum(tf.reshape(tf.mul(dy, out), [batch, queries, heads, channels / heads]), -1)
  return tf.reshape(tf.transpose(sums, [0, 2, 1]), [batch, heads, queries, 1])
}
