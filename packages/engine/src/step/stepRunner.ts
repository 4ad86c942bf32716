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
}
