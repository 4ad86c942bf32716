import type { DataSample, HostBatch } from '@tessera/core'
import { type BaseModel, type HostTensor, type LogVars, type OptimWrapperContract, parseLosses } from '@tessera/nn'
import { tf, withStepRandom } from '@tessera/runtime'
import type { InStepWork, StepRunner } from './stepRunner.js'

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
    const { model, seed, optimWrapper } = this
    if (optimWrapper === undefined) throw new TypeError('this step was made without an optimizer wrapper: it can only predict')
    const uploaded = model.dataPreprocessor.upload(batch)
    const added = this.inStep.filter((work) => work.stepKey() !== undefined)
    try {
      const outputs = await readScalars(() =>
        withStepRandom({ seed, step: iter }, () => {
          const logVars = model.trainStep(uploaded, optimWrapper)
          for (const work of added) work.update()
          return logVars
        }),
      )
      for (const work of added) work.advance()
      return outputs
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
    const { model, seed } = this
    const uploaded = model.dataPreprocessor.upload(batch)
    try {
      return await readScalars(() =>
        withStepRandom({ seed, step: index }, () => {
          const { logVars } = parseLosses(model.loss(model.dataPreprocessor.call(uploaded, false)))
          // `loss` and the only loss it is made of may be one tensor, which must not be disposed twice.
          return Object.fromEntries(Object.entries(logVars).map(([name, value]) => [name, tf.keep(tf.clone(value))]))
        }),
      )
    } finally {
      tf.dispose(uploaded)
    }
  }
}

/** Runs what makes scalars and reads them as one tensor, for a read-back costs much more than a copy. Everything else it made is gone. */
async function readScalars(make: () => LogVars): Promise<Record<string, number>> {
  const names: string[] = []
  const packed = tf.tidy(() => {
    const logVars = make()
    names.push(...Object.keys(logVars))
    const stacked = tf.stack(Object.values(logVars).map((value) => tf.cast(value, 'float32')))
    tf.dispose(logVars)
    return stacked
  })
  // Read outside the tidy: a tidy that returns an array walks through all of it.
  const values = await packed.data()
  packed.dispose()
  return Object.fromEntries(names.map((name, index) => [name, values[index] ?? Number.NaN]))
}
