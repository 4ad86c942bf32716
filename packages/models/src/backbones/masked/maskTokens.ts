import type { Parameter } from '@tessera/nn'
import { tf } from '@tessera/runtime'

/** A backbone that takes a learnt token for each patch that a mask hides. */
export interface TakesMask {
  /** @param mask [batch, rows, columns], 1 for hidden patches; @returns outputs as for whole images, or all tokens */
  forwardMasked(inputs: tf.Tensor4D, mask: tf.Tensor3D): readonly tf.Tensor[]
}

export function takesMask(backbone: object): backbone is TakesMask {
  return 'forwardMasked' in backbone && typeof backbone.forwardMasked === 'function'
}

/** Patches [batch, patches, dims], the learnt token in place of those that the mask [batch, rows, columns] hides. */
export function replaceHidden(patches: tf.Tensor3D, token: Parameter, mask: tf.Tensor): tf.Tensor3D {
  const hidden = tf.reshape(mask, [patches.shape[0], patches.shape[1], 1])
  return tf.add(tf.mul(patches, tf.sub(1, hidden)), tf.mul(token.variable as tf.Tensor, hidden))
}
