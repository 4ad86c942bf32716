import { beforeAll, describe, expect, test } from '@jest/globals'
import { MODELS } from '@tessera/core'
import { loadStateDict, type TensorBatch } from '@tessera/nn'
import { tf, useBackend } from '@tessera/runtime'
import { ImageClassifier } from './classifiers/imageClassifier.js'
import { goldenJson, goldenTensors, relativeError } from './testing/golden.js'
import { testContainer } from './testing/testContainer.js'

interface Golden {
  model: object
  num_params: number
  predict: { pred_score: number[]; pred_label: number[] }[]
  loss_train_batch0: { loss: number }
  params_without_grad: string[]
}

const FORWARD = 1e-5
const GRADIENT = 1e-4
const [BATCHES, SAMPLES, SIDE] = [4, 4, 32]

beforeAll(async () => {
  await useBackend('auto')
})

/** Batch i of the golden inputs, NCHW in the file, NHWC here. */
function goldenBatch(index: number): TensorBatch {
  const file = goldenTensors('batches.safetensors')
  const size = SAMPLES * 3 * SIDE * SIDE
  const images = (file.get('inputs')?.data ?? new Float32Array()).slice(index * size, (index + 1) * size)
  const labels = Int32Array.from((file.get('targets')?.data ?? new Float32Array()).slice(index * SAMPLES, (index + 1) * SAMPLES))
  return {
    inputs: tf.tidy(() => tf.transpose(tf.tensor4d(images, [SAMPLES, 3, SIDE, SIDE]), [0, 2, 3, 1])),
    gt_label: tf.tensor1d(labels, 'int32'),
  }
}

function build(name: string): { model: ImageClassifier; golden: Golden } {
  const golden = goldenJson<Golden>(`${name}.json`)
  const model = testContainer().build<object>(MODELS, golden.model)
  if (!(model instanceof ImageClassifier)) throw new Error('not a classifier')
  loadStateDict(model, goldenTensors(`${name}.weights.safetensors`))
  return { model, golden }
}

describe.each(['vit', 'vit_avg_ls_hidden_smooth', 'resnet18', 'swin', 'beit'])('%s answers as MMPreTrain does', (name) => {
  test('logits, features and predictions in evaluation', async () => {
    const { model, golden } = build(name)
    model.eval()
    expect(model.parameters().reduce((sum, parameter) => sum + parameter.size, 0)).toBe(golden.num_params)
    const io = goldenTensors(`${name}.io.safetensors`)
    const before = tf.memory().numTensors
    for (let index = 0; index < BATCHES; index++) {
      const batch = goldenBatch(index)
      const logits = tf.tidy(() => model.call(batch) as tf.Tensor)
      const values = await logits.data()
      expect(
        relativeError(values, io.get('logits_eval')?.data.slice(index * values.length, (index + 1) * values.length) ?? []),
      ).toBeLessThan(FORWARD)
      tf.dispose([logits, ...Object.values(batch)])
    }
    const batch = goldenBatch(0)
    // Feature maps are NCHW in the file.
    const features = tf.tidy(() =>
      model.extractFeat(batch.inputs, 'backbone').map((one) => (one.rank === 4 ? tf.transpose(one, [0, 3, 1, 2]) : one)),
    )
    const preLogits = tf.tidy(() => [...model.extractFeat(batch.inputs, 'pre_logits')])
    const predictions = tf.tidy(() => model.testStep(batch))
    expect(features).toHaveLength(1)
    expect(relativeError((await features[0]?.data()) ?? [], io.get('backbone_out_0')?.data ?? [])).toBeLessThan(FORWARD)
    expect(relativeError((await preLogits[0]?.data()) ?? [], io.get('pre_logits')?.data ?? [])).toBeLessThan(FORWARD)
    const score = predictions['pred_score']
    const host = { pred_score: { shape: score?.shape ?? [], data: ((await score?.data()) ?? new Float32Array()) as Float32Array } }
    const samples = model.attachPredictions(
      host,
      golden.predict.map(() => ({ metainfo: {} })),
    )
    for (const [row, expected] of golden.predict.entries()) {
      expect(samples[row]?.pred_label).toEqual(expected.pred_label)
      expect(relativeError(samples[row]?.pred_score ?? [], expected.pred_score)).toBeLessThan(FORWARD)
    }
    tf.dispose([features, preLogits, predictions, ...Object.values(batch)])
    expect(tf.memory().numTensors).toBe(before)
    model.dispose()
  })

  test('loss and every gradient in training', async () => {
    const { model, golden } = build(name)
    model.train()
    const batch = goldenBatch(0)
    const io = goldenTensors(`${name}.io.safetensors`)
    const expected = goldenTensors(`${name}.grads.safetensors`)
    const logits = tf.tidy(() => model.call(batch) as tf.Tensor)
    expect(relativeError(await logits.data(), io.get('logits_train')?.data ?? [])).toBeLessThan(FORWARD)
    logits.dispose()
    const before = tf.memory().numTensors
    const named = [...model.namedParameters()]
    const { value, grads } = tf.tidy(() =>
      tf.variableGrads(
        () => model.loss(batch)['loss'] as tf.Scalar,
        named.map(([, parameter]) => parameter.variable),
      ),
    )
    expect((await value.data())[0]).toBeCloseTo(golden.loss_train_batch0.loss, 5)
    expect(golden.params_without_grad).toEqual([])
    for (const [path, parameter] of named) {
      const gradient = grads[parameter.variable.name]
      expect([path, gradient === undefined]).toEqual([path, false])
      const inFile =
        gradient === undefined
          ? undefined
          : tf.tidy(() => (parameter.layout === 'conv2d' ? tf.transpose(gradient, [3, 2, 0, 1]) : tf.clone(gradient)))
      const error = relativeError((await inFile?.data()) ?? [], expected.get(path)?.data ?? [])
      expect([path, error < GRADIENT ? 0 : error]).toEqual([path, 0])
      inFile?.dispose()
    }
    expect(expected.size).toBe(named.length)
    tf.dispose([value, grads])
    expect(tf.memory().numTensors).toBe(before)
    tf.dispose(batch)
    model.dispose()
  })
})
