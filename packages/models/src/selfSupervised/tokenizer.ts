import { Module } from '@tessera/nn'
import type { tf } from '@tessera/runtime'

/** Makes of each patch of an image one word of a vocabulary: what BEiT predicts. Never trained. */
export abstract class Tokenizer extends Module {
  /** [batch, height, width, channels] → [batch, patches] int32. */
  abstract override forward(images: tf.Tensor4D): tf.Tensor2D
}
