import { tf } from '@tessera/runtime'
import { differentiable } from './differentiable.js'
import { scoreGradients } from './scoreGradients.js'

export interface BiasedAttentionOptions {
  /** Added to the scores: [g, heads, queries, tokens], where sample i takes number i modulo g. */
  readonly bias?: tf.Tensor | undefined
  /** Multiplies the attention weights (inverted dropout): [batch, heads, queries, tokens]. */
  readonly mask?: tf.Tensor | undefined
}

/**
 * softmax(q·kᵀ + bias)·v for every head, with q scaled already. What has no bias is better off with `attention`.
 * @param q, k, v [batch, heads, tokens, channels per head]; values may be wider than queries and keys
 * @returns [batch, tokens, heads · channels per head]
 */
export function biasedAttention(q: tf.Tensor, k: tf.Tensor, v: tf.Tensor, { bias, mask }: BiasedAttentionOptions = {}): tf.Tensor {
  const [batch = 0, heads = 0, queries = 0] = q.shape
  const tokens = k.shape[2] ?? 0
  const width = v.shape[3] ?? 0
  const shape = [batch, heads, queries, tokens]
  const biases = bias?.shape[0] ?? 1
  return differentiable(bias === undefined ? [q, k, v] : [q, k, v, bias], (save) => {
    const products = tf.matMul(q, k, false, true)
    const grouped = [batch / biases, biases, heads, queries, tokens]
    const scores = bias === undefined ? products : tf.reshape(tf.add(tf.reshape(products, grouped), bias), shape)
    const weights = tf.softmax(scores)
    const dropped = mask === undefined ? weights : tf.mul(weights, mask)
    const value = tf.reshape(tf.transpose(tf.matMul(dropped, v), [0, 2, 1, 3]), [batch, queries, heads * width])
    save(mask === undefined ? [q, k, v, weights, value] : [q, k, v, weights, value, dropped, mask])
    return {
      value,
      gradFunc: (dy, saved) => {
        const { sq, sk, dScores, dV } = scoreGradients(dy, saved, heads)
        const gradients = [tf.matMul(dScores, sk), tf.matMul(dScores, sq, true, false), dV]
        return bias === undefined ? gradients : [...gradients, tf.sum(tf.reshape(dScores, grouped), 0)]
      },
    }
  })
}

/** [batch, tokens, 3 · channels] → q, k, v, each [batch, heads, tokens, channels per head]. */
export function splitHeads(qkv: tf.Tensor, heads: number): [tf.Tensor, tf.Tensor, tf.Tensor] {
  const [batch = 0, tokens = 0, tripled = 0] = qkv.shape
  const split = tf.transpose(tf.reshape(qkv, [batch, tokens, 3, heads, tripled / 3 / heads]), [2, 0, 3, 1, 4])
  return tf.unstack(split) as [tf.Tensor, tf.Tensor, tf.Tensor]
}
