import { beforeAll, describe, expect, test } from '@jest/globals'
import { OPTIMIZERS, RunContainer } from '@tessera/core'
import { type Layout, Parameter, type ParamGroup } from '@tessera/nn'
import { tf, useBackend } from '@tessera/runtime'
import '../plugin.js'
import { relativeStep } from './adafactor.js'
import { rateFactor } from './muon.js'
import type { Optimizer } from './optimizer.js'
import { rectification } from './radam.js'

beforeAll(() => useBackend('auto'))

function named(shape: number[], name = 'weight', layout: Layout = 'same'): Parameter {
  const parameter = Object.assign(new Parameter(shape, { layout }), { name })
  parameter.setValues(Float32Array.from({ length: parameter.size }, (_, i) => Math.sin(i + 1)))
  return parameter
}

function build(config: object, parameter = named([2, 2]), options: object = {}): Optimizer {
  return new RunContainer().build(OPTIMIZERS, config, [{ params: [parameter], ...options }]) as Optimizer
}

test.each([
  ...[
    'SGD',
    'Adam',
    'AdamW',
    'Adamax',
    'NAdam',
    'RAdam',
    'RMSprop',
    'Adagrad',
    'Adadelta',
    'ASGD',
    'Rprop',
    'Lamb',
    'LARS',
    'Adan',
    'Muon',
  ].map((type) => [{ type, lr: -1 }, /^lr: Expected a number that is not negative; got -1/] as const),
  [{ type: 'LARS' }, /needs the option 'lr'/],
  [{ type: 'LARS', lr: 1, nesterov: true }, /Nesterov momentum requires a momentum and zero dampening/],
  [{ type: 'Lion', lr: 0 }, /^lr: Expected a positive number/],
  [{ type: 'Lion', betas: [0.9, 1.1] }, /^betas\.1: Expected a number in \[0, 1\]/],
  [{ type: 'Adamax', betas: [0.9, 1] }, /^betas\.1: Expected a beta/],
  [{ type: 'Adan', betas: [0.9, 0.9] }, /^betas\.2/],
  [{ type: 'Adadelta', rho: 1.5 }, /^rho: Expected a number in \[0, 1\]/],
  [{ type: 'Rprop', etas: [1.2, 0.5] }, /^etas: Expected two factors/],
  [{ type: 'Adafactor', lr: 1e-3 }, /Cannot combine a learning rate/],
  [{ type: 'Adafactor', relative_step: false }, /Without relative_step there must be a learning rate/],
  [{ type: 'Adafactor', relative_step: false, lr: 1, warmup_init: true }, /warmup_init requires relative_step/],
  [{ type: 'Muon', ns_steps: 100 }, /^ns_steps: Expected fewer than 100 steps/],
  [{ type: 'AdamW', betas: [0.9, 0.99, 0.999] }, /^betas\.2: AdamW takes only 2 values here; got 0\.999/],
  [{ type: 'AdamW', differentiable: true }, /^differentiable: .*got true, expected false/],
  [{ type: 'RMSprop', alhpa: 0.9 }, /no option 'alhpa'.*Did you mean 'alpha'/],
])('%j is an error', (config, message) => {
  expect(() => build(config)).toThrow(message)
})

test('how PyTorch is to run it is accepted, and changes nothing', () => {
  const { defaults } = build({ type: 'AdamW', foreach: true, fused: null, capturable: false })
  expect(build({ type: 'AdamW' }).defaults).toEqual({
    lr: defaults['lr'],
    betas: [0.9, 0.999],
    eps: 1e-8,
    weight_decay: 0.01,
    amsgrad: false,
    maximize: false,
  })
})

test('Muon names the first parameter that is no matrix', () => {
  expect(() => build({ type: 'Muon' }, named([3], 'head.bias'))).toThrow(/^head\.bias: Muon trains matrices only; got \[ ?3 ?\]/)
})

test.each([
  [[4, 2], null, Math.SQRT2],
  [[2, 4], 'original', 1],
  [[2, 8], 'match_rms_adamw', 0.2 * Math.sqrt(8)],
  [[2, 8], 'spectral_unclamped', 0.5],
])('Muon multiplies the rate of %j by %s', (shape, adjust, factor) => {
  expect(rateFactor(shape, adjust)).toBeCloseTo(factor, 12)
})

test('RAdam adapts from the step on at which the variance is tractable', () => {
  const group: ParamGroup = { params: [], lr: 1, betas: [0.9, 0.999] }
  expect([1, 5].map((step) => rectification(group, step))).toEqual([0, 0])
  expect(rectification(group, 6)).toBeGreaterThan(0)
  expect(rectification(group, 1e6)).toBeCloseTo(1, 6)
})

test.each([
  [false, 1, 1e-2],
  [true, 1, 1e-6],
  [false, 40_000, 0.005],
  [true, 40_000, 0.005],
])('Adafactor, warm-up %s: step %i has the rate %d', (warmup_init, step, rate) => {
  expect(relativeStep({ params: [], lr: 0, warmup_init }, step)).toBeCloseTo(rate, 12)
})

describe("a convolution's kernel is PyTorch's, however it lies in memory", () => {
  test.each(['Adafactor', 'AdamW', 'Lamb'])('%s', (type) => {
    const results = (['same', 'conv2d'] as const).map((layout) => {
      const parameter = named([2, 3, 4, 5], 'weight', layout)
      const optimizer = build({ type }, parameter)
      for (let i = 0; i < 3; i++) tf.tidy(() => optimizer.step(new Map([[parameter, tf.sin(tf.mul(parameter.variable, 3 + i))]])))
      const { tensors } = optimizer.stateDict()
      const read = [...parameter.values(), ...[...tensors.values()].flatMap(({ shape, data }) => [...shape, ...data])]
      optimizer.dispose()
      parameter.dispose()
      return read
    })
    const [same = [], conv = []] = results
    expect(conv.length).toBe(same.length)
    conv.forEach((value, i) => {
      expect(value).toBeCloseTo(same[i] ?? Number.NaN, 5)
    })
  })
})

test('LARS leaves groups with lars_exclude to their own rate: they move by lr times the gradient', () => {
  const parameter = named([2])
  const before = parameter.values()
  const optimizer = build({ type: 'LARS', lr: 0.5 }, parameter, { lars_exclude: true })
  tf.tidy(() => optimizer.step(new Map([[parameter, tf.tensor1d([1, -2])]])))
  const after = parameter.values()
  expect(after[0]).toBeCloseTo((before[0] ?? 0) - 0.5, 6)
  expect(after[1]).toBeCloseTo((before[1] ?? 0) + 1, 6)
  optimizer.dispose()
  parameter.dispose()
})
