import { beforeAll, describe, expect, test } from '@jest/globals'
import { MODELS } from '@tessera/core'
import type { TensorBatch } from '@tessera/nn'
import { RandomStream, tf, useBackend } from '@tessera/runtime'
import { testContainer } from '../testing/testContainer.js'
import { ImageClassifier } from './imageClassifier.js'
import { preprocessorConfig } from './preprocessorConfig.js'

const BACKBONE = {
  type: 'VisionTransformer',
  arch: { embed_dims: 8, num_layers: 2, num_heads: 2, feedforward_channels: 16 },
  img_size: 8,
  patch_size: 4,
}
const HEAD = { type: 'LinearClsHead', num_classes: 3, in_channels: 8 }

beforeAll(async () => {
  await useBackend('auto')
})

function classifier(options: object = {}): ImageClassifier {
  const model = testContainer().build<object>(MODELS, { type: 'ImageClassifier', backbone: BACKBONE, head: HEAD, ...options })
  if (!(model instanceof ImageClassifier)) throw new Error('not a classifier')
  return model
}

function started(options: object = {}): ImageClassifier {
  const model = classifier(options)
  model.initWeights(new RandomStream(3))
  return model
}

const batchOf = (extra: Record<string, tf.Tensor> = { gt_label: tf.tensor1d([0, 2], 'int32') }): TensorBatch => ({
  inputs: tf.randomNormal([2, 8, 8, 3], 0, 1, 'float32', 5),
  ...extra,
})

test('a neck pools feature maps', () => {
  const model = started({ backbone: { ...BACKBONE, out_type: 'featmap' }, neck: { type: 'GlobalAveragePooling' } })
  const batch = batchOf()
  const before = tf.memory().numTensors
  const stages = tf.tidy(() =>
    (['backbone', 'neck', 'pre_logits'] as const).map((stage) => model.extractFeat(batch.inputs, stage).map((one) => one.shape)),
  )
  expect(stages).toEqual([[[2, 2, 2, 8]], [[2, 8]], [[2, 8]]])
  expect(tf.memory().numTensors).toBe(before)
  tf.dispose(batch)
  model.dispose()
})

test("a list of necks is a sequence, as HRNet's recipes have it", () => {
  const bn = { type: 'ClsBatchNormNeck', input_features: 8 }
  const model = started({ backbone: { ...BACKBONE, out_type: 'featmap' }, neck: [{ type: 'GlobalAveragePooling' }, bn] })
  expect([...model.namedBuffers()].map(([name]) => name)).toContain('neck.1.bn.running_mean')
  const batch = batchOf()
  const before = tf.memory().numTensors
  expect(tf.tidy(() => model.extractFeat(batch.inputs).map((one) => one.shape))).toEqual([[2, 8]])
  expect(tf.memory().numTensors).toBe(before)
  tf.dispose(batch)
  model.dispose()
  expect(() => classifier({ neck: [{ type: 'GlobalAveragePooling' }, HEAD] })).toThrow(/a BaseNeck/)
  expect(() => classifier({ neck: ['GlobalAveragePooling'] })).toThrow(/neck/)
})

test('pooling what is no map says what to do', () => {
  const model = started({ neck: { type: 'GlobalAveragePooling' } })
  const batch = batchOf()
  expect(() => tf.tidy(() => void model.loss(batch))).toThrow(/neck.*\[2,8\].*featmap/s)
  tf.dispose(batch)
  model.dispose()
})

test('cal_acc logs the accuracy of the batch; soft labels make it an error', async () => {
  const model = started({ head: { ...HEAD, cal_acc: true, topk: [1, 3] } })
  const batch = batchOf()
  const losses = tf.tidy(() => {
    const { loss, ...accuracies } = model.loss(batch)
    return { loss, ...accuracies } as Record<string, tf.Tensor>
  })
  expect(Object.keys(losses)).toEqual(['loss', 'accuracy_top-1', 'accuracy_top-3'])
  expect(Array.from((await losses['accuracy_top-3']?.data()) ?? [])).toEqual([100])
  expect([0, 50, 100]).toContain((await losses['accuracy_top-1']?.data())?.[0])
  tf.dispose(losses)
  const soft = {
    ...batch,
    gt_score: tf.tensor2d([
      [1, 0, 0],
      [0, 0.5, 0.5],
    ]),
  }
  expect(() => tf.tidy(() => void model.loss(soft))).toThrow(/cal_acc.*Mixup/)
  tf.dispose(soft)
  model.dispose()
})

test('a pretrained checkpoint that is not there is told when the weights start, unless they come from elsewhere', () => {
  const model = classifier({ pretrained: 'no/vit.pth' })
  expect(() => model.initWeights(new RandomStream(0))).toThrow(/no\/vit\.pth: there is no such file/)
  model.initWeights(new RandomStream(0), { pretrained: false })
  model.dispose()
})

describe('errors', () => {
  test.each([
    [{ backbone: HEAD }, /LinearClsHead.*BaseBackbone/],
    [{ head: { ...HEAD, num_clases: 3 } }, /num_clases.*num_classes/],
    [{ head: { type: 'LinearClsHeed' } }, /LinearClsHead/],
    [{ head: { ...HEAD, num_classes: 0 } }, /num_classes/],
  ])('%j', (options, message) => {
    expect(() => classifier(options)).toThrow(message)
  })

  test('a batch without labels', () => {
    const model = started()
    const batch = batchOf({})
    expect(() => tf.tidy(() => void model.loss(batch))).toThrow(/gt_label or gt_score/)
    tf.dispose(batch)
    model.dispose()
  })

  test('without a head there are features, and no loss', () => {
    const model = started({ head: null })
    const batch = batchOf()
    const shapes = tf.tidy(() => [model.call(batch)].flat().map((one) => (one as tf.Tensor).shape))
    expect(shapes).toEqual([[2, 8]])
    expect(() => model.loss(batch)).toThrow(/model\.head.*without a head/)
    tf.dispose(batch)
    model.dispose()
  })
})

test.each([
  [undefined, undefined, { type: 'ClsDataPreprocessor' }],
  [{ mean: [1], num_classes: 3 }, null, { type: 'ClsDataPreprocessor', mean: [1], num_classes: 3 }],
  [{ type: 'Own' }, { augments: { type: 'Mixup' } }, { type: 'Own', batch_augments: { augments: { type: 'Mixup' } } }],
])('preprocessorConfig(%j, %j)', (config, trainCfg, expected) => {
  expect(preprocessorConfig(config as never, trainCfg)).toEqual(expected)
})

test('two hundred steps leave as many tensors as one', () => {
  const model = started()
  const batch = batchOf()
  const variables = model.parameters().map((parameter) => parameter.variable)
  const step = () => tf.tidy(() => void tf.variableGrads(() => model.loss(batch)['loss'] as tf.Scalar, variables))
  step()
  const before = tf.memory().numTensors
  for (let i = 0; i < 200; i++) step()
  expect(tf.memory().numTensors).toBe(before)
  tf.dispose(batch)
  model.dispose()
  expect(model.parameters().some((parameter) => parameter.isMaterialized)).toBe(false)
})
