import type { RandomSource } from '@tessera/core'
import type { TensorBatch } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import type { BatchAugment, ImageSize } from './mixing.js'
import { pasteMatrix } from './pasteMatrix.js'

/** Draws a mixing, as tensors whose shapes are the same in every step: a recorded step takes them as inputs. */
export function uploadMixing(
  augment: BatchAugment,
  batch: ImageSize & { readonly size: number },
  random: RandomSource,
): Record<string, tf.Tensor> {
  const { size, height, width } = batch
  const { lam, keep, paste } = augment.draw(batch, random)
  const keepAll = typeof keep === 'number' ? new Float32Array(height * width).fill(keep) : keep
  const box = paste ?? { top: 0, bottom: height, left: 0, right: width }
  return {
    mix_partner: tf.tensor1d(random.permutation(size), 'int32'),
    mix_lam: tf.scalar(lam, 'float32'),
    mix_keep: tf.tensor4d(keepAll, [1, height, width, 1], 'float32'),
    ...(augment.pastes
      ? {
          mix_rows: tf.tensor2d(pasteMatrix(height, box.top, box.bottom), [height, height], 'float32'),
          mix_columns: tf.tensor2d(pasteMatrix(width, box.left, box.right), [width, width], 'float32'),
        }
      : {}),
  }
}

/** Mixes images and scores with each one's partner, as `uploadMixing` says; a batch without it is left as it is. Inside a step. */
export function mixBatch(batch: TensorBatch): TensorBatch {
  const { mix_partner: partner, mix_lam: lam, mix_keep: keep, mix_rows: rows, mix_columns: columns, ...rest } = batch
  const scores = rest['gt_score']
  if (partner === undefined || lam === undefined || keep === undefined || scores === undefined) return batch
  const partners = tf.cast(partner, 'int32')
  const other = tf.gather(batch.inputs, partners)
  const placed = rows === undefined || columns === undefined ? other : place(other, rows, columns)
  return {
    ...rest,
    inputs: tf.add(placed, tf.mul(tf.sub(batch.inputs, placed), keep)),
    gt_score: tf.add(tf.mul(scores, lam), tf.mul(tf.gather(scores, partners), tf.sub(1, lam))),
  }
}

/** Shrinks [batch, height, width, channels] along both axes into the box that the matrices say. */
function place(images: tf.Tensor4D, rows: tf.Tensor, columns: tf.Tensor): tf.Tensor4D {
  const [batch, height, width, channels] = images.shape
  const along = (matrix: tf.Tensor, values: tf.Tensor, count: number): tf.Tensor =>
    tf.matMul(tf.broadcastTo(tf.expandDims(matrix, 0), [count, matrix.shape[0] ?? 0, matrix.shape[1] ?? 0]), values)
  const tall = along(rows, tf.reshape(images, [batch, height, width * channels]), batch)
  return tf.reshape(along(columns, tf.reshape(tall, [batch * height, width, channels]), batch * height), images.shape)
}
