import { beforeAll, describe, expect, test } from '@jest/globals'
import { MODELS } from '@tessera/core'
import { buildModule } from '@tessera/nn'
import { tf, useBackend } from '@tessera/runtime'
import { ImageClassifier } from '../classifiers/imageClassifier.js'
import { noise, type Sample, sampleError, setFormulaWeights } from '../testing/formulaWeights.js'
import { goldenJson } from '../testing/golden.js'
import { testContainer } from '../testing/testContainer.js'
import { CAM_METHODS, type CamMethod } from './camMethods.js'
import { classActivationMap } from './classActivationMap.js'
import { principalMap } from './principalMap.js'

/** Maps of the real grad-cam (test-data/make_cams.py). */
interface Case {
  readonly model: { readonly backbone: { readonly type: string } }
  readonly size: number
  readonly layer: string
  readonly method: CamMethod
  readonly category: number | null
  readonly eigenSmooth: boolean
  readonly augSmooth: boolean
  readonly best: number
  readonly heat: Sample
}
const cases = goldenJson<Case[]>('cams.json')
const TOLERANCE = 1e-4

beforeAll(async () => {
  await useBackend('auto')
})

function started({ model: config }: Pick<Case, 'model'>): ImageClassifier {
  const model = buildModule(testContainer(), MODELS, config, ImageClassifier)
  setFormulaWeights(model)
  return model
}

function imageOf(size: number): tf.Tensor4D {
  const values = Float32Array.from(noise('inputs', 3 * size * size), (u) => u * 1.7)
  return tf.tidy(() => tf.transpose(tf.tensor4d(values, [1, 3, size, size]), [0, 2, 3, 1]))
}

const title = ({ model, method, category, eigenSmooth, augSmooth }: Case) =>
  [model.backbone.type, method, category ?? 'best', eigenSmooth ? 'eigen-smooth' : '', augSmooth ? 'aug-smooth' : ''].join(' ')

test('every method is in the data', () => {
  expect([...CAM_METHODS].sort()).toEqual([...new Set(cases.map(({ method }) => method))].sort())
})

test.each(cases.map((one) => [title(one), one] as const))('%s', async (_, one) => {
  const model = started(one)
  const inputs = imageOf(one.size)
  const before = tf.memory().numTensors
  const { method, eigenSmooth, augSmooth } = one
  const options = { layers: [one.layer], method, eigenSmooth, augSmooth, ...(one.category !== null && { category: one.category }) }
  const found = await classActivationMap(model, inputs, options)
  expect(tf.memory().numTensors).toBe(before)
  expect({ category: found.category, layers: found.layers }).toEqual({ category: one.category ?? one.best, layers: [one.layer] })
  expect([found.width, found.height]).toEqual([one.size, one.size])
  expect(sampleError('heat', found.heat, one.heat, 64)).toBeLessThan(TOLERANCE)
  inputs.dispose()
  model.dispose()
})

test.each([
  ['VisionTransformer', {}, 'backbone.layers.1.ln1'],
  ['VisionTransformer', { out_type: 'avg_featmap' }, 'backbone.ln1'],
  ['VisionTransformer', { out_type: 'avg_featmap', with_cls_token: false }, 'backbone.ln1'],
  ['ResNet', {}, 'backbone.layer2.1.bn2'],
])('by default it looks at the last norm that sees places: %s %j', async (type, options, layer) => {
  const one = cases.find(({ model }) => model.backbone.type === type) as Case
  const head = { type: 'LinearClsHead', num_classes: 5, in_channels: 16 }
  const model = started({
    model: { ...one.model, backbone: { ...one.model.backbone, ...options }, ...('out_type' in options && { head }) },
  })
  const inputs = imageOf(one.size)
  expect((await classActivationMap(model, inputs)).layers).toEqual([layer])
  inputs.dispose()
  model.dispose()
})

test('several layers are averaged; places without any difference have no heat', async () => {
  const [one] = cases as [Case]
  const model = started(one)
  const inputs = imageOf(one.size)
  const mapOf = async (...layers: string[]) => (await classActivationMap(model, inputs, { layers })).heat
  const [first, second] = ['backbone.layers.0.ln1', 'backbone.layers.1.ln1'] as const
  const [alone, twice, both] = [await mapOf(second), await mapOf(second, second), await mapOf(first, second)]
  for (const [i, value] of twice.entries()) expect(value).toBeCloseTo(alone[i] ?? 0, 5)
  expect(both).not.toEqual(alone)
  expect(principalMap(Float32Array.of(1, 2, 1, 2), 2, 2)).toEqual(new Float32Array(2))
  inputs.dispose()
  model.dispose()
})

describe('refuses', () => {
  test.each<[string, object, RegExp]>([
    ['a layer that does not exist', { layers: ['backbone.layers.1.ln3'] }, /no such layer.*Did you mean.*backbone\.layers\.1\.ln1/s],
    ['a layer without places', { layers: ['head.layers.head'] }, /head\.layers\.head: this layer has no places/],
    ['a class that does not exist', { category: 5 }, /no such class.*0 to 4/s],
    ['tokens that make no square', { extraTokens: 3 }, /no square of patches/],
  ])('%s', async (_, options, message) => {
    const [one] = cases as [Case]
    const model = started(one)
    const inputs = imageOf(one.size)
    const before = tf.memory().numTensors
    await expect(classActivationMap(model, inputs, options)).rejects.toThrow(message)
    expect(tf.memory().numTensors).toBe(before)
    inputs.dispose()
    model.dispose()
  })
})
