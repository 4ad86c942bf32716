import { type DataSample, TesseraError } from '@tessera/core'
import { tf } from '@tessera/runtime'
import { Module } from '../module/module.js'
import type { BaseDataPreprocessor, TensorBatch } from './baseDataPreprocessor.js'
import type { OptimWrapperContract } from './optimWrapperContract.js'

/** What `loss` returns: each value is averaged; names that contain `loss` add up to the total. */
export type LossDict = Readonly<Record<string, tf.Tensor | readonly tf.Tensor[]>>

/** Scalars of one step, `loss` (the total) first. The caller reads and disposes them after the step. */
export type LogVars = Record<string, tf.Scalar>

/**
 * The model as the loops see it (MMEngine's BaseModel). Everything here runs inside a step: tensors in, tensors out, no value read back.
 */
export abstract class BaseModel extends Module {
  abstract readonly dataPreprocessor: BaseDataPreprocessor

  /** Losses of a preprocessed batch (mode 'loss'). */
  abstract loss(batch: TensorBatch): LossDict
  /** Predictions of a preprocessed batch (mode 'predict'), e.g. `pred_score` [batch, classes]. */
  abstract predict(batch: TensorBatch): Record<string, tf.Tensor>
  /** Writes predictions, read back to the host, into the samples they belong to. */
  abstract attachPredictions(predictions: Readonly<Record<string, HostTensor>>, samples: readonly DataSample[]): DataSample[]

  /** One training step: preprocess, loss, backward and update. `batch` comes from `dataPreprocessor.upload`. */
  trainStep(batch: TensorBatch, optimWrapper: OptimWrapperContract): LogVars {
    let logVars: LogVars = {}
    const extra = optimWrapper.updateParams(() => {
      const parsed = parseLosses(this.loss(this.dataPreprocessor.call(batch, true)))
      // The tape may run the function in a scope of its own: what is logged must outlive it.
      logVars = Object.fromEntries(Object.entries(parsed.logVars).map(([name, value]) => [name, tf.keep(tf.clone(value))]))
      return parsed.loss
    })
    return { ...logVars, ...extra }
  }

  /** From the next step on, another loss. @throws TesseraError UNSUPPORTED unless the model has one to replace */
  setLoss(config: object): void {
    throw new TesseraError('UNSUPPORTED', { what: `the loss of ${this.constructor.name} cannot be replaced`, got: config })
  }

  /** Predictions for a validation or test batch. The caller reads and disposes them. */
  testStep(batch: TensorBatch): Record<string, tf.Tensor> {
    return tf.tidy(() => this.predict(this.dataPreprocessor.call(batch, false)))
  }

  valStep(batch: TensorBatch): Record<string, tf.Tensor> {
    return this.testStep(batch)
  }
}

/** A tensor read back. */
export interface HostTensor {
  readonly shape: readonly number[]
  readonly data: Float32Array | Int32Array | Uint8Array
}

/** MMEngine's parse_losses: tensor → mean, list → sum of means; the total is the sum of all names that contain 'loss'. */
export function parseLosses(losses: LossDict): { loss: tf.Scalar; logVars: LogVars } {
  const means: [string, tf.Scalar][] = Object.entries(losses).map(([name, value]) => {
    if (value instanceof tf.Tensor) return [name, tf.mean(value)]
    if (!Array.isArray(value))
      throw new TesseraError('INVALID_ARGUMENT', { what: 'a loss is a tensor or a list of tensors', path: name, got: value })
    return [name, tf.addN(value.map((one: tf.Tensor) => tf.mean<tf.Scalar>(one)))]
  })
  const counted = means.filter(([name]) => name.includes('loss')).map(([, value]) => value)
  if (counted.length === 0) {
    throw new TesseraError('INVALID_ARGUMENT', { what: "no loss to train on: no name contains 'loss'", got: Object.keys(losses) })
  }
  const loss = tf.addN(counted)
  return { loss, logVars: { loss, ...Object.fromEntries(means.filter(([name]) => name !== 'loss')) } }
}
