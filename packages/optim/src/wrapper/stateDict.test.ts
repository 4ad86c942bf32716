import { beforeAll, describe, expect, test } from '@jest/globals'
import { RunContainer, TesseraError } from '@tessera/core'
import { buildOptimWrapper } from '@tessera/nn'
import { tf, useBackend } from '@tessera/runtime'
import { type QuadraticData, QuadraticProblem } from '../testing/quadraticProblem.js'
import { readGolden } from '../testing/readGolden.js'
import '../plugin.js'
import { OptimWrapper } from './optimWrapper.js'

const { problem: data } = readGolden<{ problem: QuadraticData }>('optim_wrapper')
const CONFIGS = {
  sgd: { type: 'SGD', lr: 0.01, momentum: 0.9, dampening: 0.1, weight_decay: 0.01 },
  adamw: { type: 'AdamW', lr: 0.05, amsgrad: true },
}

beforeAll(() => useBackend('auto'))

function build(problem: QuadraticProblem, optimizer: object): OptimWrapper {
  const config = { optimizer, accumulative_counts: 3, clip_grad: { max_norm: 5 }, paramwise_cfg: { custom_keys: { W: { lr_mult: 0.5 } } } }
  const wrapper = buildOptimWrapper(problem, config, new RunContainer())
  if (!(wrapper instanceof OptimWrapper)) throw new TypeError('one optimizer')
  return wrapper
}

function train(problem: QuadraticProblem, wrapper: OptimWrapper, from: number, to: number): void {
  for (let i = from; i < to; i++) wrapper.updateParams(() => problem.call(i))['grad_norm']?.dispose()
}

describe('a run that stops and resumes goes on with the same bits', () => {
  // After 4 iterations the state holds gradients that no step has used yet.
  test.each([
    ['sgd', 3],
    ['sgd', 4],
    ['adamw', 3],
    ['adamw', 4],
    ['adamw', 0],
  ] as const)('%s after %i iterations', (name, stop) => {
    const straight = new QuadraticProblem(data)
    const reference = build(straight, CONFIGS[name])
    train(straight, reference, 0, 10)

    const first = new QuadraticProblem(data)
    const before = build(first, CONFIGS[name])
    train(first, before, 0, stop)
    for (const group of before.paramGroups) group.lr *= 1
    // Through JSON, as a checkpoint would.
    const { tensors, json } = before.stateDict()
    const saved = { tensors, json: JSON.parse(JSON.stringify(json)) as Record<string, unknown> }
    const values = first.values()
    const second = new QuadraticProblem({
      ...data,
      x: values.x,
      s: values.s,
      W: [0, 1, 2].map((row) => values.W.slice(row * 4, row * 4 + 4)),
    })
    const after = build(second, CONFIGS[name])
    after.loadStateDict(saved)
    after.initializeCountStatus(stop, 100)
    train(second, after, stop, 10)
    expect(second.values()).toEqual(straight.values())
  })
})

test('changed learning rates come back, base_param_settings too', () => {
  const problem = new QuadraticProblem(data)
  const saved = build(problem, CONFIGS.adamw)
  for (const group of saved.paramGroups) group.lr *= 0.1
  const loaded = build(problem, CONFIGS.adamw)
  loaded.loadStateDict(saved.stateDict())
  expect(loaded.getLr()).toEqual(saved.getLr())
  expect(loaded.getLr()['base_lr']).toEqual([0.005000000000000001])
})

test('a state of other parameters is an error that changes nothing', () => {
  const problem = new QuadraticProblem(data)
  const wrapper = build(problem, CONFIGS.adamw)
  train(problem, wrapper, 0, 3)
  const { tensors, json } = wrapper.stateDict()
  const loaded = build(problem, CONFIGS.adamw)
  const tensorsBefore = tf.memory().numTensors
  const wrong = [
    { tensors: new Map([...tensors, ['exp_avg.nobody', { shape: [1], data: new Float32Array(1) }]]), json },
    { tensors: new Map([...tensors, ['exp_avg.x', { shape: [1, 4], data: new Float32Array(4) }]]), json },
    { tensors: new Map([['accumulated_grad.nobody', { shape: [1], data: new Float32Array(1) }]]), json },
    { tensors, json: { ...json, param_groups: [] } },
    { tensors, json: {} },
  ]
  for (const state of wrong) expect(() => loaded.loadStateDict(state)).toThrow(TesseraError)
  expect(loaded.stateDict().tensors.size).toBe(0)
  expect(tf.memory().numTensors).toBe(tensorsBefore)
})
