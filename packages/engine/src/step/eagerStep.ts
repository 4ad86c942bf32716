import type { DataSample, HostBatch } from '@tessera/core'
import type { BaseModel, HostTensor, OptimWrapperContract } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import type { InStepWork, StepRunner } from './stepRunner.js'
import { lossWork, readScalars, trainWork, uploadForTraining } from './stepWork.js'

/** Runs steps op by op, on any backend. Whatever a step makes is gone when it ends. */
export class EagerStep implements StepRunner {
  private readonly model: BaseModel
  private readonly seed: number
  private readonly optimWrapper: OptimWrapperContract | undefined
  private readonly inStep: readonly InStepWork[]

  /**
   * @param optimWrapper needed by `train` only
   * @param inStep what hooks add to a training step; may grow until the first one
   */
  constructor(model: BaseModel, seed: number, optimWrapper?: OptimWrapperContract, inStep: readonly InStepWork[] = []) {
    this.model = model
    this.seed = seed
    this.optimWrapper = optimWrapper
    this.inStep = inStep
  }

  async train(batch: HostBatch, iter: number): Promise<Record<string, number>> {
    const { model, seed, optimWrapper, inStep } = this
    if (optimWrapper === undefined) throw new TypeError('this step was made without an optimizer wrapper: it can only predict')
    const uploaded = uploadForTraining(model, batch, seed, iter)
    try {
      return await readScalars(trainWork({ model, seed, optimWrapper, inStep }, uploaded, iter))
    } finally {
      tf.dispose(uploaded)
    }
  }

  async predict(batch: HostBatch): Promise<readonly DataSample[]> {
    const uploaded = this.model.dataPreprocessor.upload(batch)
    try {
      const predictions = this.model.testStep(uploaded)
      const host: Record<string, HostTensor> = {}
      for (const [name, tensor] of Object.entries(predictions)) host[name] = { shape: tensor.shape, data: await tensor.data() }
      tf.dispose(predictions)
      return this.model.attachPredictions(host, batch.data_samples)
    } finally {
      tf.dispose(uploaded)
    }
  }

  async loss(batch: HostBatch, index: number): Promise<Record<string, number>> {
    const uploaded = this.model.dataPreprocessor.upload(batch)
    try {
      return await readScalars(lossWork(this.model, this.seed, uploaded, index))
    } finally {
      tf.dispose(uploaded)
    }
  }

  dispose(): void {}
}
