import type { DataSample, HostBatch } from '@tessera/core'
import type { BaseModel, HostTensor, OptimWrapperContract } from '@tessera/nn'
import { tf, withStepRandom } from '@tessera/runtime'
import type { StepRunner } from './stepRunner.js'

/** Runs steps op by op, on any backend. Whatever a step makes is gone when it ends. */
export class EagerStep implements StepRunner {
  private readonly model: BaseModel
  private readonly seed: number
  private readonly optimWrapper: OptimWrapperContract | undefined

  /** @param optimWrapper needed by `train` only */
  constructor(model: BaseModel, seed: number, optimWrapper?: OptimWrapperContract) {
    this.model = model
    this.seed = seed
    this.optimWrapper = optimWrapper
  }

  async train(batch: HostBatch, iter: number): Promise<Record<string, number>> {
    const { model, seed, optimWrapper } = this
    if (optimWrapper === undefined) throw new TypeError('this step was made without an optimizer wrapper: it can only predict')
    const uploaded = model.dataPreprocessor.upload(batch)
    const names: string[] = []
    try {
      const packed = tf.tidy(() =>
        withStepRandom({ seed, step: iter }, () => {
          const logVars = model.trainStep(uploaded, optimWrapper)
          names.push(...Object.keys(logVars))
          // One tensor to read back instead of one a value.
          const stacked = tf.stack(Object.values(logVars).map((value) => tf.cast(value, 'float32')))
          tf.dispose(logVars)
          return stacked
        }),
      )
      // Read outside the tidy: a tidy that returns an array walks through all of it.
      const values = await packed.data()
      packed.dispose()
      return Object.fromEntries(names.map((name, index) => [name, values[index] ?? Number.NaN]))
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
}
