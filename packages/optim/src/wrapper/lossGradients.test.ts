import { beforeAll, expect, test } from '@jest/globals'
import { OPTIMIZERS, RunContainer } from '@tessera/core'
import { Parameter } from '@tessera/nn'
import { tf, useBackend } from '@tessera/runtime'
import type { Optimizer } from '../optimizers/optimizer.js'
import '../plugin.js'
import { lossGradients } from './lossGradients.js'

beforeAll(() => useBackend('auto'))

function parameter(name: string, value: number): Parameter {
  const made = new Parameter([1])
  made.name = name
  made.setValues(Float32Array.of(value))
  return made
}

test('parameters that are frozen or out of reach have no gradient and do not move, weight decay or not', () => {
  const used = parameter('used', 3)
  const unused = parameter('unused', 2)
  const frozen = parameter('frozen', 5)
  frozen.requiresGrad = false
  const params = [used, unused, frozen]
  const optimizer = new RunContainer().build(OPTIMIZERS, { type: 'AdamW', lr: 0.1, weight_decay: 0.5 }, [{ params }]) as Optimizer
  const before = tf.memory().numTensors
  tf.tidy(() => {
    const { value, grads } = lossGradients(() => tf.sum(tf.mul(tf.square(used.variable), frozen.variable)), params)
    expect([...grads.keys()]).toEqual([used])
    expect(value.dataSync()[0]).toBe(45)
    expect(grads.get(used)?.dataSync()[0]).toBe(30)
    optimizer.step(grads)
  })
  expect(tf.memory().numTensors).toBe(before + 2)
  expect([unused.values()[0], frozen.values()[0]]).toEqual([2, 5])
  expect(used.values()[0]).toBeCloseTo(3 * (1 - 0.1 * 0.5) - 0.1, 5)
  expect(optimizer.stateDict().json).toMatchObject({ state: { step: { used: 1 } } })
})

test('a loss that reaches nothing gives no gradients', () => {
  const { value, grads } = lossGradients(() => tf.scalar(1), [parameter('a', 1)])
  expect(grads.size).toBe(0)
  value.dispose()
})
