import { beforeAll, expect, test } from '@jest/globals'
import { MODELS } from '@tessera/core'
import { type Module, stateDictOf } from '@tessera/nn'
import { RandomStream, useBackend } from '@tessera/runtime'
import { testContainer } from '../testing/testContainer.js'

beforeAll(async () => {
  await useBackend('auto')
})

function startingValues(options: object): Map<string, Float32Array> {
  const head = testContainer().build<object>(MODELS, {
    type: 'VisionTransformerClsHead',
    num_classes: 5,
    in_channels: 64,
    ...options,
  }) as Module
  head.initWeights(new RandomStream(0))
  const values = new Map([...stateDictOf(head)].map(([name, { data }]) => [name, data]))
  head.dispose()
  return values
}

const std = (data: Float32Array = new Float32Array()) => Math.sqrt(data.reduce((sum, x) => sum + x * x, 0) / data.length)

test('the last layer starts at zero', () => {
  const values = startingValues({})
  expect([...values.keys()]).toEqual(['layers.head.weight', 'layers.head.bias'])
  for (const data of values.values()) expect(data.every((x) => x === 0)).toBe(true)
})

test('the hidden layer starts at 1/√width, its bias at zero', () => {
  const values = startingValues({ hidden_dim: 128 })
  expect([...values.keys()]).toEqual(['layers.pre_logits.weight', 'layers.pre_logits.bias', 'layers.head.weight', 'layers.head.bias'])
  expect(std(values.get('layers.pre_logits.weight'))).toBeCloseTo(1 / 8, 2)
  expect(std(values.get('layers.pre_logits.bias'))).toBe(0)
})

test('an init_cfg of the config replaces the default; null leaves PyTorch’s start', () => {
  expect(std(startingValues({ init_cfg: { type: 'Normal', layer: 'Linear', std: 0.5 } }).get('layers.head.weight'))).toBeCloseTo(0.5, 1)
  expect(std(startingValues({ init_cfg: null }).get('layers.head.weight'))).toBeCloseTo(1 / 8 / Math.sqrt(3), 1)
})
