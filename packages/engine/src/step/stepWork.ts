import type { HostBatch } from '@tessera/core'
import { type BaseModel, type LogVars, type OptimWrapperContract, parseLosses, type TensorBatch } from '@tessera/nn'
import { RandomStream, stepEffect, stepGuard, tf, withStepRandom } from '@tessera/runtime'
import type { InStepWork } from './stepRunner.js'

/** Scalars of a step as one tensor: a read-back costs much more than a copy. */
export interface PackedScalars {
  readonly names: readonly string[]
  /** [names] float32 */
  readonly values: tf.Tensor
}

export interface TrainWork {
  readonly model: BaseModel
  readonly seed: number
  readonly optimWrapper: OptimWrapperContract
  /** What hooks add to a training step; may grow until the first one. */
  readonly inStep: readonly InStepWork[]
}

/** A training batch as tensors, with what batch augments draw for it: by seed and step, so that a resumed run draws the same. */
export function uploadForTraining({ dataPreprocessor }: BaseModel, batch: HostBatch, seed: number, iter: number): TensorBatch {
  return dataPreprocessor.upload(batch, new RandomStream(seed, 'batch augments', String(iter)))
}

/** All that a training step does, on tensors: the same work op by op and recorded. Everything that it makes besides is gone. */
export function trainWork({ model, seed, optimWrapper, inStep }: TrainWork, batch: TensorBatch, step: number | tf.Scalar): PackedScalars {
  const added = inStep.filter((work) => stepGuard(() => work.stepKey()) !== undefined)
  const packed = packScalars(() =>
    withStepRandom({ seed, step }, () => {
      const logVars = model.trainStep(batch, optimWrapper)
      for (const work of added) work.update()
      return logVars
    }),
  )
  // Last of all that the step does on the host: nothing after it could make it have to be taken back.
  for (const work of added)
    stepEffect(
      () => work.advance(),
      () => {},
    )
  return packed
}

/** The losses of a batch in evaluation mode. @param step decides what they draw at random */
export function lossWork(model: BaseModel, seed: number, batch: TensorBatch, step: number | tf.Scalar): PackedScalars {
  return packScalars(() =>
    withStepRandom({ seed, step }, () => {
      const { logVars } = parseLosses(model.loss(model.dataPreprocessor.call(batch, false)))
      // `loss` and the only loss it is made of may be one tensor, which must not be disposed twice.
      return Object.fromEntries(Object.entries(logVars).map(([name, value]) => [name, tf.keep(tf.clone(value))]))
    }),
  )
}

/** Reads the scalars and disposes them. */
export async function readScalars({ names, values }: PackedScalars): Promise<Record<string, number>> {
  const numbers = await values.data()
  values.dispose()
  return Object.fromEntries(names.map((name, index) => [name, numbers[index] ?? Number.NaN]))
}

function packScalars(make: () => LogVars): PackedScalars {
  const names: string[] = []
  const values = tf.tidy(() => {
    const logVars = make()
    names.push(...Object.keys(logVars))
    const stacked = tf.stack(Object.values(logVars).map((value) => tf.cast(value, 'float32')))
    tf.dispose(logVars)
    return stacked
  })
  return { names, values }
}
