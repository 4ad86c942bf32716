import { beforeAll, expect, test } from '@jest/globals'
import { MODELS } from '@tessera/core'
import { Module, measureComplexity } from '@tessera/nn'
import { tf, useBackend } from '@tessera/runtime'
import { testContainer } from '../testing/testContainer.js'

beforeAll(async () => {
  await useBackend('auto')
})

/** What MMEngine's FlopAnalyzer, ActivationAnalyzer and parameter_count say of MMPreTrain's own models on one image of 224 × 224. */
const REFERENCE = [
  {
    backbone: { type: 'ResNet', depth: 18 },
    products: 1_813_561_344,
    norms: 4_967_424,
    activations: 2_483_712,
    parameters: 11_689_512 - 513_000,
  },
  {
    backbone: { type: 'SwinTransformer', arch: 'tiny', img_size: 224 },
    products: 14_450_688 + 4_335_206_400 + 140_141_568,
    norms: 18_627_840,
    activations: 17_054_352,
    parameters: 28_288_354 - 769_000,
  },
  {
    backbone: { type: 'ConvNeXt', arch: 'tiny' },
    products: 292_965_120 + 4_161_798_144,
    norms: 14_868_480,
    activations: 13_434_624,
    parameters: 28_589_128 - 769_000,
  },
]

test.each(REFERENCE)('$backbone.type counts as the reference does', async ({ backbone, products, norms, activations, parameters }) => {
  const model = testContainer().build<object>(MODELS, backbone)
  if (!(model instanceof Module)) throw new Error('not a module')
  model.nameState()
  for (const [, tensor] of model.namedState()) tensor.setValues(new Float32Array(tensor.size))
  model.eval()
  const image = tf.zeros([1, 224, 224, 3])
  const { modules, byKind } = await measureComplexity(model, () => tf.tidy(() => void Reflect.apply(model.call, model, [image])))
  const { norm = 0, ...others } = byKind
  expect(norm).toBe(norms)
  expect(Object.values(others).reduce((a, b) => a + b, 0)).toBe(products)
  expect([modules[0]?.flops, modules[0]?.activations, modules[0]?.parameters]).toEqual([products + norms, activations, parameters])
  image.dispose()
  model.dispose()
})
