import { Module } from '@tessera/nn'
import type { tf } from '@tessera/runtime'

/** Between backbone and head: features in, features out. */
export abstract class BaseNeck extends Module {
  abstract override forward(features: readonly tf.Tensor[]): readonly tf.Tensor[]
}
