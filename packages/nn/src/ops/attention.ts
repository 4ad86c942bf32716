import { tf } from '@tessera/runtime'
import { differentiable } from './differentiable.js'
import { scoreGradients } from './scoreGradients.js'

export interface AttentionOptions {
  readonly heads: number
  /** Queries are multiplied by this; default 1/√(channels per head). */
  readonly scale?: number | undefined
  /** Multiplies the attention weights (inverted dropout): [batch, heads, queries, tokens]. */
  readonly mask?: tf.Tensor | undefined
  /** Only the first so many tokens ask; default all. The others are still looked at. */
  readonly queries?: number | undefined
}

/**
 * softmax(q·kᵀ)·v for every head (Vaswani et al. 2017, arXiv 1706.03762).
 * @param qkv [batch, tokens, 3 · channels]: q, k, v one after the other, each head by head
 * @returns [batch, queries, channels]
 */
export function attention(qkv: tf.Tensor, options: AttentionOptions): tf.Tensor {
  const [batch = 0, tokens = 0, tripled = 0] = qkv.shape
  const { heads, mask } = options
  const channels = tripled / 3
  const width = channels / heads
  const queries = options.queries ?? tokens
  const scale = options.scale ?? width ** -0.5
  return differentiable([qkv], (save) => {
    const parts = tf.unstack(tf.transpose(tf.reshape(qkv, [batch, tokens, 3, heads, width]), [2, 0, 3, 1, 4]))
    const [allQ, k, v] = parts as [tf.Tensor, tf.Tensor, tf.Tensor]
    const q = tf.mul(queries === tokens ? allQ : tf.slice(allQ, [0, 0, 0, 0], [batch, heads, queries, width]), scale)
    const weights = tf.softmax(tf.matMul(q, k, false, true))
    const dropped = mask === undefined ? weights : tf.mul(weights, mask)
    const value = tf.reshape(tf.transpose(tf.matMul(dropped, v), [0, 2, 1, 3]), [batch, queries, channels])
    save(mask === undefined ? [q, k, v, weights, value] : [q, k, v, weights, value, dropped, mask])
    return {
      value,
      gradFunc: (dy, saved) => {
        const { sq, sk, dScores, dV } = scoreGradients(dy, saved, heads)
        const dQueries = tf.mul(tf.matMul(dScores, sk), scale)
        const dQ: tf.Tensor =
          queries === tokens
            ? dQueries
            : tf.pad(dQueries, [
                [0, 0],
                [0, 0],
                [0, tokens - queries],
                [0, 0],
              ])
        const dK = tf.matMul(dScores, sq, true, false)
        return [tf.reshape(tf.transpose(tf.stack([dQ, dK, dV]), [1, 3, 0, 2, 4]), [batch, tokens, tripled])]
      },
    }
  })
}
