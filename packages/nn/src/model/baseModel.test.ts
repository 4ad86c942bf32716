import { beforeAll, describe, expect, test } from '@jest/globals'
import type { DataSample } from '@tessera/core'
import { tf, useBackend } from '@tessera/runtime'
import { Parameter } from '../module/parameter.js'
import { BaseDataPreprocessor, type TensorBatch } from './baseDataPreprocessor.js'
import { BaseModel, type LossDict, parseLosses } from './baseModel.js'
import type { OptimWrapperContract } from './optimWrapperContract.js'

beforeAll(async () => {
  await useBackend('auto')
})

class Doubling extends BaseDataPreprocessor {
  override upload(): TensorBatch {
    throw new Error('not needed here')
  }

  override forward(batch: TensorBatch, training: boolean): TensorBatch {
    return { ...batch, inputs: tf.mul(batch.inputs, training ? 2 : 1) }
  }
}

class Toy extends BaseModel {
  override readonly dataPreprocessor = this.registerModule('data_preprocessor', new Doubling())
  readonly weight = this.registerParameter('weight', new Parameter([1]))

  override forward(batch: TensorBatch): tf.Tensor {
    return tf.mul(batch.inputs, this.weight.variable)
  }

  override loss(batch: TensorBatch): LossDict {
    return { loss_a: this.forward(batch), loss_b: [this.forward(batch), this.forward(batch)], accuracy: tf.scalar(7) }
  }

  override predict(batch: TensorBatch): Record<string, tf.Tensor> {
    return { pred_score: this.forward(batch) }
  }

  override attachPredictions(_: object, samples: readonly DataSample[]): DataSample[] {
    return [...samples]
  }
}

/** An optimizer wrapper that differentiates and changes nothing. */
function wrapper(model: Toy, seen: { gradient?: number }): OptimWrapperContract {
  return {
    updateParams(loss: () => tf.Scalar) {
      const { value, grads } = tf.variableGrads(loss, [model.weight.variable])
      seen.gradient = Object.values(grads)[0]?.dataSync()[0] ?? Number.NaN
      tf.dispose([value, grads])
      return { grad_norm: tf.scalar(3) }
    },
  } as Partial<OptimWrapperContract> as OptimWrapperContract
}

describe('parseLosses', () => {
  test('means, sums of means, and a total of what is called loss', () => {
    const before = tf.memory().numTensors
    const values = tf.tidy(() => {
      const { loss, logVars } = parseLosses({
        loss_a: tf.tensor1d([1, 3]),
        aux_loss: [tf.tensor1d([2, 4]), tf.scalar(5)],
        accuracy: tf.tensor1d([50, 100]),
      })
      expect(loss.dataSync()[0]).toBe(10)
      return Object.entries(logVars).map(([name, value]) => [name, value.dataSync()[0]] as const)
    }) as unknown
    expect(values).toEqual([
      ['loss', 10],
      ['loss_a', 2],
      ['aux_loss', 8],
      ['accuracy', 75],
    ])
    expect(tf.memory().numTensors).toBe(before)
  })

  test('a single one called loss is the total itself', () => {
    const { logVars } = tf.tidy(() => ({ logVars: Object.keys(parseLosses({ loss: tf.scalar(1) }).logVars) })) as unknown as {
      logVars: string[]
    }
    expect(logVars).toEqual(['loss'])
  })

  test.each([
    [{ accuracy: 1 }, /no name contains 'loss'/],
    [{}, /no name contains 'loss'/],
  ])('%j is no loss to train on', (losses, message) => {
    expect(() => tf.tidy(() => void parseLosses(Object.fromEntries(Object.entries(losses).map(([k, v]) => [k, tf.scalar(v)]))))).toThrow(
      message,
    )
  })

  test('a number is not a tensor', () => {
    expect(() => parseLosses({ loss: 3 as unknown as tf.Tensor })).toThrow(/loss: a loss is a tensor/)
  })
})

test('trainStep preprocesses for training, differentiates, logs, and leaves only the logged scalars', () => {
  const model = new Toy()
  model.weight.setValues(Float32Array.from([0.5]))
  const batch: TensorBatch = { inputs: tf.ones([1, 1, 1, 4]) }
  const before = tf.memory().numTensors
  const seen: { gradient?: number } = {}
  const logs = tf.tidy(() => model.trainStep(batch, wrapper(model, seen)))
  expect(Object.fromEntries(Object.entries(logs).map(([name, value]) => [name, value.dataSync()[0]]))).toEqual({
    loss: 3,
    loss_a: 1,
    loss_b: 2,
    accuracy: 7,
    grad_norm: 3,
  })
  expect(seen.gradient).toBe(6)
  tf.dispose(logs)
  expect(tf.memory().numTensors).toBe(before)
  const predictions = model.testStep(batch)
  expect(Array.from(predictions['pred_score']?.dataSync() ?? [])).toEqual([0.5, 0.5, 0.5, 0.5])
  tf.dispose([predictions, batch])
  model.dispose()
})
