import { type HostBatch, type RandomSource, TesseraError } from '@tessera/core'
import type { tf } from '@tessera/runtime'
import { Module } from '../module/module.js'

/** A batch on the device: `inputs` [batch, height, width, channels] float32, `gt_label` [batch] int32, `gt_score` [batch, classes]… */
export type TensorBatch = Readonly<Record<string, tf.Tensor>> & { readonly inputs: tf.Tensor4D }

/**
 * From host to device in two moves: `upload` outside the step (it copies), `forward` inside it (it computes: normalize, augment),
 * so that the second is part of a compiled step.
 */
export abstract class BaseDataPreprocessor extends Module {
  /**
   * Copies a host batch into tensors, which the caller disposes.
   * @param random given in training, one stream a step: what batch augments draw goes up with the batch
   */
  abstract upload(batch: HostBatch, random?: RandomSource): TensorBatch
  /** @param training whether batch augments apply */
  abstract override forward(batch: TensorBatch, training: boolean): TensorBatch

  /** From the next batch on, other batch augments; null for none. @throws TesseraError UNSUPPORTED unless a subclass has them */
  setBatchAugments(config: object | null): void {
    throw new TesseraError('UNSUPPORTED', { what: `${this.constructor.name} has no batch augments`, got: config })
  }
}
