import { describe, expect, test } from '@jest/globals'
import { annotatePaths, RunContainer, WEIGHT_INITIALIZERS } from '@tessera/core'
import { RandomStream, useBackend } from '@tessera/runtime'
import { Conv2d } from '../layers/conv2d.js'
import { LayerNorm } from '../layers/layerNorm.js'
import { Linear } from '../layers/linear.js'
import { Sequential } from '../layers/sequential.js'
import { nnPlugin } from '../plugin.js'
import { fanIn, fanOut } from './fan.js'
import { type constant, defaultBias, defaultWeight, kaiming, normal, truncNormal, uniform, xavier } from './initializers.js'
import { buildInitRules } from './initRules.js'

const moments = (data: Float32Array) => {
  const mean = data.reduce((a, b) => a + b, 0) / data.length
  return {
    mean,
    std: Math.sqrt(data.reduce((a, b) => a + (b - mean) ** 2, 0) / data.length),
    low: Math.min(...data),
    high: Math.max(...data),
  }
}
const draw = (init: ReturnType<typeof constant>, shape: number[]) => moments(init(new RandomStream(11), shape))

describe('initialisers', () => {
  const shape = [64, 32, 3, 3]
  test.each([
    ['uniform', uniform(-1, 3), 1, 4 / Math.sqrt(12)],
    ['normal', normal(2, 0.5), 2, 0.5],
    ['truncNormal barely cut', truncNormal(0, 0.02), 0, 0.02],
    ['xavier normal', xavier(1, 'normal'), 0, Math.sqrt(2 / (288 + 576))],
    ['xavier uniform, gain 2', xavier(2, 'uniform'), 0, 2 * Math.sqrt(2 / (288 + 576))],
    ['kaiming normal fan_out relu', kaiming({ mode: 'fan_out', nonlinearity: 'relu', distribution: 'normal' }), 0, Math.sqrt(2 / 576)],
    ['kaiming linear', kaiming({ nonlinearity: 'linear' }), 0, Math.sqrt(1 / 288)],
    ['PyTorch’s weight', defaultWeight, 0, Math.sqrt(1 / (3 * 288))],
    ['PyTorch’s bias', defaultBias(100), 0, 0.1 / Math.sqrt(3)],
  ])('%s', (_, init, mean, std) => {
    const got = draw(init, shape)
    expect(Math.abs(got.mean - mean)).toBeLessThan(0.03 * std)
    expect(Math.abs(got.std - std)).toBeLessThan(0.03 * std)
  })

  test('truncNormal keeps its bounds, which are values', () => {
    const { low, high } = draw(truncNormal(0, 1, -0.5, 1), [1000])
    expect([low >= -0.5, high <= 1, low < -0.4, high > 0.9]).toEqual([true, true, true, true])
    expect(() => truncNormal(0, 0.02, 1, 2)).toThrow(/bounds around its mean/)
    expect(() => truncNormal(0, 1, 2, -2)).toThrow(/low < high/)
  })

  test('fans', () => {
    expect([fanIn([8, 4]), fanOut([8, 4]), fanIn(shape), fanOut(shape)]).toEqual([4, 8, 288, 576])
    expect(() => fanIn([8])).toThrow(/two axes/)
  })
})

describe('init_cfg', () => {
  const model = () =>
    new Sequential(
      new Map<string, Linear | LayerNorm | Conv2d>([
        ['fc', new Linear(4, 4)],
        ['norm', new LayerNorm({}, 4)],
        ['conv', new Conv2d(2, 4, 3)],
      ]),
    )

  async function valuesAfter(initCfg: unknown): Promise<Record<string, number[]>> {
    await useBackend('auto')
    const built = model()
    built.initRules = buildInitRules(initCfg as never, new RunContainer())
    built.initWeights(new RandomStream(0))
    const values = [...built.namedParameters()].map(([name, parameter]) => [name, [...new Set(parameter.values())]] as [string, number[]])
    built.dispose()
    return Object.fromEntries(values)
  }

  test('by class name, base classes count, the later rule wins', async () => {
    const values = await valuesAfter([
      { type: 'Constant', layer: ['Linear', 'Conv2d'], val: 2, bias: 3 },
      { type: 'Constant', layer: 'Linear', val: 4, bias_prob: 0.5 },
      { type: 'ConstantInit', layer: 'NormLayer', val: 5 },
    ])
    expect(values).toEqual({
      'fc.weight': [4],
      'fc.bias': [0],
      'norm.weight': [5],
      'norm.bias': [0],
      'conv.weight': [2],
      'conv.bias': [3],
    })
  })

  test('override: a child by name, as the rule says or as it says itself', async () => {
    const values = await valuesAfter({
      type: 'Constant',
      layer: 'Linear',
      val: 1,
      override: [{ name: 'norm' }, { name: 'conv', type: 'Constant', val: 7, bias: 8 }],
    })
    expect([values['fc.weight'], values['norm.weight'], values['conv.weight'], values['conv.bias']]).toEqual([[1], [1], [7], [8]])
  })

  test.each([
    [{ type: 'Constant', val: 1 }, /names no layer/],
    [{ type: 'Constant', layer: 'Linear' }, /val/],
    [{ type: 'Konstant', layer: 'Linear' }, /Did you mean 'Constant'/],
    [{ type: 'Kaiming', layer: 'Linear', mode: 'fan' }, /mode/],
    [{ type: 'Constant', val: 1, override: { name: 'neck' } }, /no child|does not exist.*'neck'.*fc/],
    [{ type: 'Kaiming', layer: 'LayerNorm' }, /fewer than two axes/],
    [{ type: 'Pretrained', checkpoint: 'a.pth' }, /a\.pth: there is no such file/],
  ])('%j is refused', async (initCfg, message) => {
    await expect(valuesAfter(initCfg)).rejects.toThrow(message)
  })

  test('the place in the config is told', () => {
    const config = { init_cfg: { type: 'Constant', layer: 'Linear', value: 1 } }
    annotatePaths({ model: config })
    expect(() => buildInitRules(config.init_cfg as never, new RunContainer())).toThrow(/model\.init_cfg/)
  })

  test('none is none', () => {
    expect([buildInitRules(null, new RunContainer()), buildInitRules(undefined, new RunContainer())]).toEqual([[], []])
  })
})

test('every initialiser of the plugin is registered', () => {
  for (const module of nnPlugin) if (module.name.endsWith('Init')) expect(WEIGHT_INITIALIZERS.has(module.name)).toBe(true)
})
