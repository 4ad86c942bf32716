import { BUILDER, type Builder, type ConfigOf, inject, MODELS } from '@tessera/core'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { ContrastiveHead } from '../heads/contrastiveHead.js'
import { selfSupervisorEntries } from './baseSelfSupervisor.js'
import { TwoViews } from './twoViews.js'

const schema = v.strictObject(selfSupervisorEntries)

interface SimCLRConfig extends ConfigOf<'SimCLR', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    SimCLR: SimCLRConfig
  }
}

/** Each view's positive is the other view of its image, its negatives all views of the others (Chen et al. 2020, arXiv 2002.05709). */
@MODELS.registerModule()
export class SimCLR extends TwoViews {
  static readonly schema = schema
  private readonly contrast: ContrastiveHead

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super(options, builder)
    this.contrast = this.need('head', ContrastiveHead)
  }

  protected override compare(first: tf.Tensor4D, second: tf.Tensor4D): tf.Tensor {
    const [batch, ...sizes] = first.shape
    // Views of one image side by side, as one batch: batch norms see both.
    const images = tf.reshape(tf.stack([first, second], 1), [2 * batch, ...sizes]) as tf.Tensor4D
    const raw = this.project(images)
    const z = tf.div(raw, tf.add(tf.sqrt(tf.sum(tf.square(raw), 1, true)), 1e-10)) as tf.Tensor2D
    return this.contrast.call(positives(z), negatives(z))
  }
}

/** Similarity of each row and its neighbour in the pair: [rows, 1]. */
function positives(z: tf.Tensor2D): tf.Tensor {
  const [rows, width] = z.shape
  const partner = tf.reshape(tf.reverse(tf.reshape(z, [rows / 2, 2, width]), 1), [rows, width])
  return tf.sum(tf.mul(z, partner), 1, true)
}

/** Similarities of each row and all rows of other pairs, in order: [rows, rows − 2]. */
function negatives(z: tf.Tensor2D): tf.Tensor {
  const pairs = z.shape[0] / 2
  const blocks = tf.transpose(tf.reshape(tf.matMul(z, z, false, true), [pairs, 2, pairs, 2]), [0, 2, 1, 3])
  // Without its first block the matrix of blocks, read on in rows of one more, has those of the diagonal at the end of each row.
  const behind = tf.slice(tf.reshape(blocks, [pairs * pairs, 4]), [1, 0], [pairs * pairs - 1, 4])
  const others = tf.slice(tf.reshape(behind, [pairs - 1, pairs + 1, 4]), [0, 0, 0], [pairs - 1, pairs, 4])
  const laid = tf.transpose(tf.reshape(others, [pairs, pairs - 1, 2, 2]), [0, 2, 1, 3])
  return tf.reshape(laid, [2 * pairs, 2 * pairs - 2])
}
