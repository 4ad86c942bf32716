import { beforeAll, expect, test } from '@jest/globals'
import { type HostBatch, MODELS } from '@tessera/core'
import { BaseDataPreprocessor, BaseModel, stateDictOf, type TensorBatch } from '@tessera/nn'
import { RandomStream, tf, useBackend } from '@tessera/runtime'
import { testContainer } from '../testing/testContainer.js'
import { ViewsPreprocessor } from './viewsPreprocessor.js'

const CLASSIFIER = {
  type: 'ImageClassifier',
  backbone: { type: 'LeNet5', num_classes: -1 },
  neck: { type: 'GlobalAveragePooling' },
  head: { type: 'LinearClsHead', num_classes: 3, in_channels: 120 },
}

beforeAll(() => useBackend('auto'))

function build(config: object): BaseModel {
  const model = testContainer().build<object>(MODELS, config)
  if (!(model instanceof BaseModel)) throw new Error('not a model')
  model.nameState()
  model.initWeights(new RandomStream(3))
  return model
}

test('scores are the mean over the views, under the names of the model; nothing is left over', async () => {
  const model = build(CLASSIFIER)
  const tta = build({ type: 'AverageClsScoreTTA', module: CLASSIFIER })
  expect([...stateDictOf(tta).keys()]).toEqual([...stateDictOf(model).keys()])
  const [inputs, view_1, view_2] = [1, 2, 3].map((seed) => tf.randomNormal<tf.Rank.R4>([2, 32, 32, 1], 0, 1, 'float32', seed))
  if (inputs === undefined || view_1 === undefined || view_2 === undefined) throw new Error('three views')
  const before = tf.memory().numTensors
  const predicted = tta.testStep({ inputs, view_1, view_2 })
  const scores = Array.from((await predicted['pred_score']?.data()) ?? [])
  const alone = [inputs, view_1, view_2].map((one) => {
    const predictions = model.testStep({ inputs: one })
    const values = [...(predictions['pred_score']?.dataSync() ?? [])]
    tf.dispose(predictions)
    return values
  })
  const mean = scores.map((_, i) => alone.reduce((sum, values) => sum + (values[i] ?? Number.NaN), 0) / 3)
  expect(new Set(alone.map(String)).size).toBe(3)
  scores.forEach((score, i) => {
    expect(score).toBeCloseTo(mean[i] ?? Number.NaN, 6)
  })
  const samples = tta.attachPredictions({ pred_score: { shape: [2, 3], data: Float32Array.from(scores) } }, [
    { metainfo: {} },
    { metainfo: {} },
  ])
  expect(samples[1]?.pred_label).toEqual([scores.slice(3).indexOf(Math.max(...scores.slice(3)))])
  tf.dispose(predicted)
  expect(tf.memory().numTensors).toBe(before)
  expect(tta.eval().training).toBe(false)
  tf.dispose([inputs, view_1, view_2])
  tta.dispose()
  model.dispose()
})

test('every view is uploaded and prepared, each with its size; labels go up once', () => {
  class Halves extends BaseDataPreprocessor {
    override upload({ inputs }: HostBatch): TensorBatch {
      return {
        inputs: tf.zeros([inputs.length, inputs[0]?.height ?? 0, inputs[0]?.width ?? 0, 1]),
        gt_label: tf.zeros([inputs.length], 'int32'),
      }
    }
    override forward(batch: TensorBatch): TensorBatch {
      return { ...batch, inputs: tf.add(batch.inputs, 0.5) }
    }
  }
  const size = (height: number) => ({ data: new Uint8Array(height), height, width: 1, channels: 1 })
  const before = tf.memory().numTensors
  const preprocessor = new ViewsPreprocessor(new Halves())
  const uploaded = preprocessor.upload({ inputs: [size(2)], views: [[size(3)], [size(4)]], data_samples: [{ metainfo: {} }] })
  expect(Object.entries(uploaded).map(([name, { shape }]) => [name, shape[1]])).toEqual([
    ['inputs', 2],
    ['gt_label', undefined],
    ['view_1', 3],
    ['view_2', 4],
  ])
  tf.tidy(() => {
    const prepared = preprocessor.call(uploaded, false)
    expect(['inputs', 'view_1', 'view_2'].map((name) => prepared[name]?.dataSync()[0])).toEqual([0.5, 0.5, 0.5])
  })
  tf.dispose(uploaded)
  expect(tf.memory().numTensors).toBe(before)
})

test('without a model, or with one that gives no scores, it says so', () => {
  expect(() => build({ type: 'AverageClsScoreTTA' })).toThrow(/model\.module.*needs the model to test.*--tta/s)
  expect(() => build({ type: 'AverageClsScoreTTA', module: { type: 'LinearClsHead', num_classes: 3, in_channels: 4 } })).toThrow(
    /a BaseModel/,
  )
})
