import type { tf } from '@tessera/runtime'

/** What is left of images that patches were taken from. */
export interface MaskedFeatures {
  /** Tokens of the patches that stayed, [batch, tokens, dims]. */
  readonly latent: tf.Tensor3D
  /** [batch, patches], 1 where a patch was taken. */
  readonly mask: tf.Tensor2D
  /** Each patch's place in the random order whose first ones stayed, [batch, patches] int32. */
  readonly idsRestore: tf.Tensor2D
}

/** A backbone that hides patches by chance. */
export interface MasksAtRandom {
  /** @param noise in [0, 1), [batch, patches]: the patches of the smallest values stay; drawn anew in each step where it is left out */
  forwardMasked(inputs: tf.Tensor4D, noise?: tf.Tensor2D): MaskedFeatures
}

export function masksAtRandom(backbone: object): backbone is MasksAtRandom {
  return 'forwardMasked' in backbone && typeof backbone.forwardMasked === 'function'
}
