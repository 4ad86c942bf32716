import { type DataSample, TesseraError } from '@tessera/core'
import { type HostTensor, type LossDict, Module, type TensorBatch } from '@tessera/nn'
import type { tf } from '@tessera/runtime'

/** From features to losses and predictions. Runs inside a step: nothing is read back. */
export abstract class BaseHead extends Module {
  /** What the last layer sees, from all that the backbone or neck gave. */
  abstract preLogits(features: readonly tf.Tensor[]): tf.Tensor
  /** Scores before the softmax, [batch, classes]. */
  abstract override forward(features: readonly tf.Tensor[]): tf.Tensor
  abstract loss(features: readonly tf.Tensor[], batch: TensorBatch): LossDict
  abstract predict(features: readonly tf.Tensor[]): Record<string, tf.Tensor>
  /** The samples with their predictions; `predictions` is what `predict` gave, read back. */
  abstract attachPredictions(predictions: Readonly<Record<string, HostTensor>>, samples: readonly DataSample[]): DataSample[]

  /** From the next step on, another loss. @throws TesseraError UNSUPPORTED unless a subclass has one to replace */
  setLoss(config: object): void {
    throw new TesseraError('UNSUPPORTED', { what: `the loss of ${this.constructor.name} cannot be replaced`, path: this.path, got: config })
  }
}
