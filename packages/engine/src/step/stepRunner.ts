import type { DataSample, HostBatch } from '@tessera/core'

/** How a batch becomes numbers: op by op, or as a recorded graph. */
export interface StepRunner {
  /**
   * One training step.
   * @param iter iterations done before, which decides what the step draws at random
   * @returns the values of the loss dictionary and of the optimizer wrapper, read back
   */
  train(batch: HostBatch, iter: number): Promise<Record<string, number>>
  /** Predictions, written into the batch's samples. */
  predict(batch: HostBatch): Promise<readonly DataSample[]>
  /**
   * The losses of a batch in evaluation mode, for a validation loss; nothing is trained.
   * @param index of the batch, which decides what the loss draws at random
   */
  loss(batch: HostBatch, index: number): Promise<Record<string, number>>
  /** Gives back what it keeps; the model and the optimizer stay as they are. */
  dispose(): void
}

/**
 * What a hook adds to every training step, after the optimizer (an average of the weights, say): done by the step itself, so that it is
 * recorded with it and no weight comes to the host.
 */
export interface InStepWork {
  /** Names what `update` will do in the next step, undefined when nothing: another name is another recorded graph. */
  stepKey(): string | undefined
  /** Tensor ops on variables alone; numbers that change from step to step by `stepScalar`, which are read before `advance`. */
  update(): void
  /** The host's half, once after each step in which there was something to do. */
  advance(): void
}
