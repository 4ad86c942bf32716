import { Module } from '@tessera/nn'
import type { tf } from '@tessera/runtime'

/** From images [batch, height, width, channels] to features, one tensor an output stage, the last the deepest. */
export abstract class BaseBackbone extends Module {
  abstract override forward(inputs: tf.Tensor4D): readonly tf.Tensor[]
}
