import { beforeAll, expect, test } from '@jest/globals'
import { MODELS } from '@tessera/core'
import { buildModule, loadStateDict, type TensorBatch } from '@tessera/nn'
import { tf, useBackend } from '@tessera/runtime'
import { MAEPretrainHead } from '../heads/maePretrainHead.js'
import { MAEPretrainDecoder } from '../necks/maePretrainDecoder.js'
import { goldenJson, goldenTensors, relativeError } from '../testing/golden.js'
import { testContainer } from '../testing/testContainer.js'
import { MAE } from './mae.js'

interface Golden {
  readonly model: object
  readonly num_params: number
  readonly loss_train_batch0: { readonly loss: number }
  readonly params_without_grad: readonly string[]
}

const golden = goldenJson<Golden>('mae.json')
const SIZE = 4 * 3 * 32 * 32

beforeAll(async () => {
  await useBackend('auto')
})

function start(): { model: MAE; batch: TensorBatch & { mask_noise: tf.Tensor2D } } {
  const model = buildModule(testContainer(), MODELS, golden.model, MAE)
  loadStateDict(model, goldenTensors('mae.weights.safetensors'))
  const file = goldenTensors('batches.safetensors')
  const images = file.get('inputs')?.data.slice(0, SIZE) ?? new Float32Array()
  const noise = file.get('noise')?.data.slice(0, 64) ?? new Float32Array()
  const inputs = tf.tidy(() => tf.transpose(tf.tensor4d(images, [4, 3, 32, 32]), [0, 2, 3, 1])) as tf.Tensor4D
  return { model, batch: { inputs, mask_noise: tf.tensor2d(noise, [4, 16]) } as TensorBatch & { mask_noise: tf.Tensor2D } }
}

test('latent, mask, order, prediction and target are MMPreTrain’s', async () => {
  const { model, batch } = start()
  const io = goldenTensors('mae.io.safetensors')
  expect(model.parameters().reduce((sum, parameter) => sum + parameter.size, 0)).toBe(golden.num_params)
  const before = tf.memory().numTensors
  const found = tf.tidy(() => {
    const { latent, mask, idsRestore } = (model.backbone as never as { forwardMasked: CallableFunction })['forwardMasked'](
      batch.inputs,
      batch.mask_noise,
    )
    const [neck, head] = [model.neck, model.head]
    if (!(neck instanceof MAEPretrainDecoder && head instanceof MAEPretrainHead)) throw new Error('not MAE’s parts')
    return { latent, mask, ids_restore: idsRestore, pred: neck.call(latent, idsRestore), target_pixels: head.constructTarget(batch.inputs) }
  }) as Record<string, tf.Tensor>
  for (const [name, tensor] of Object.entries(found)) {
    expect([name, tensor.shape]).toEqual([name, io.get(name)?.shape])
    const error = relativeError(await tensor.data(), io.get(name)?.data ?? [])
    expect([name, error < 1e-5 ? 0 : error]).toEqual([name, 0])
  }
  tf.dispose(found)
  expect(tf.memory().numTensors).toBe(before)
  tf.dispose(batch)
  model.dispose()
})

test('loss and every gradient', async () => {
  const { model, batch } = start()
  const expected = goldenTensors('mae.grads.safetensors')
  const before = tf.memory().numTensors
  const named = [...model.namedParameters()].filter(([, { requiresGrad }]) => requiresGrad)
  const frozen = [...model.namedParameters()].filter(([, { requiresGrad }]) => !requiresGrad).map(([name]) => name)
  expect(frozen).toEqual(golden.params_without_grad)
  const variables = named.map(([, parameter]) => parameter.variable)
  const { value, grads } = tf.tidy(() => tf.variableGrads(() => model.loss(batch)['loss'] as tf.Scalar, variables))
  expect(Math.abs(((await value.data())[0] ?? Number.NaN) / golden.loss_train_batch0.loss - 1)).toBeLessThan(1e-5)
  for (const [path, parameter] of named) {
    const gradient = grads[parameter.variable.name] as tf.Tensor
    const inFile = tf.tidy(() => (parameter.layout === 'conv2d' ? tf.transpose(gradient, [3, 2, 0, 1]) : tf.clone(gradient)))
    const error = relativeError(await inFile.data(), expected.get(path)?.data ?? [])
    expect([path, error < 1e-4 ? 0 : error]).toEqual([path, 0])
    inFile.dispose()
  }
  expect(expected.size).toBe(named.length)
  tf.dispose([value, grads])
  expect(tf.memory().numTensors).toBe(before)
  tf.dispose(batch)
  model.dispose()
})

test('unpatchify takes patchify back', async () => {
  const head = testContainer().build<object>(MODELS, {
    type: 'MAEPretrainHead',
    patch_size: 4,
    loss: { type: 'PixelReconstructionLoss', criterion: 'L2' },
  }) as MAEPretrainHead
  const images = tf.randomNormal([2, 12, 12, 3], 0, 1, 'float32', 1) as tf.Tensor4D
  const back = tf.tidy(() => head.unpatchify(head.patchify(images)))
  expect(Array.from(await back.data())).toEqual(Array.from(await images.data()))
  expect(() => head.patchify(tf.zeros([1, 12, 8, 3]))).toThrow(/square images/)
  expect(() => head.patchify(tf.zeros([1, 10, 10, 3]))).toThrow(/multiple of 4/)
})

test.each([
  [{ neck: null }, /neck.*MAEPretrainDecoder/s],
  [{ head: { type: 'LinearClsHead', num_classes: 2, in_channels: 2 } }, /head.*LinearClsHead.*MAEPretrainHead/s],
  [{ backbone: { type: 'VisionTransformer', arch: 's' } }, /backbone.*VisionTransformer.*MAEViT/s],
  [{ backbone: { type: 'MAEViT', mask_rato: 0.5 } }, /mask_rato.*mask_ratio/s],
])('%j is no MAE, and the error says why', (part, message) => {
  expect(() => testContainer().build(MODELS, { ...golden.model, ...part })).toThrow(message)
})

test('a run asks for no predictions', () => {
  const { model, batch } = start()
  expect(() => model.predict()).toThrow(/predicts nothing.*val_dataloader/s)
  expect(model.getLayerDepth('backbone.layers.1.attn.qkv.weight')).toEqual([2, 5])
  tf.dispose(batch)
  model.dispose()
})
