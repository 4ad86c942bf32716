import { beforeAll, describe, expect, test } from '@jest/globals'
import { RandomStream, tf, useBackend } from '@tessera/runtime'
import { Linear } from '../layers/linear.js'
import { Sequential } from '../layers/sequential.js'
import { loadStateDict, stateDictOf } from './stateDict.js'

beforeAll(async () => {
  await useBackend('auto')
})

const started = (seed: number) => {
  const model = new Sequential([new Linear(2, 3), new Linear(3, 1)])
  model.initWeights(new RandomStream(seed))
  return model
}

test('what is saved loads into another', () => {
  const [a, b] = [started(1), started(2)]
  const before = tf.memory().numTensors
  const state = stateDictOf(a)
  expect([...state.keys()]).toEqual(['0.weight', '0.bias', '1.weight', '1.bias'])
  expect(loadStateDict(b, state)).toEqual({ loaded: [...state.keys()], missing: [], unexpected: [], mismatched: [], resized: [] })
  expect(stateDictOf(b)).toEqual(state)
  expect(tf.memory().numTensors).toBe(before)
  a.dispose()
  b.dispose()
})

describe('what does not fit', () => {
  test('another shape: named, and nothing is written', () => {
    const model = started(1)
    const original = stateDictOf(model)
    const state = new Map(original)
    state.set('0.weight', { shape: [3, 2], data: new Float32Array(6) })
    state.set('1.weight', { shape: [1, 4], data: new Float32Array(4) })
    expect(() => loadStateDict(model, state)).toThrow(/1\.weight.*\[1,4\].*\[1,3\]/)
    expect(stateDictOf(model)).toEqual(original)
    model.dispose()
  })

  test('fewer values than the shape says: named, and nothing is written', () => {
    const model = started(1)
    const original = stateDictOf(model)
    const state = new Map(original)
    state.set('0.weight', { shape: [3, 2], data: new Float32Array(6) })
    state.set('1.bias', { shape: [1], data: new Float32Array(2) })
    expect(() => loadStateDict(model, state)).toThrow(/1\.bias.*got 2, expected 1/)
    expect(stateDictOf(model)).toEqual(original)
    model.dispose()
  })

  test('other names: the nearest is told', () => {
    const model = started(1)
    const state = stateDictOf(model)
    const weight = state.get('1.weight')
    state.delete('1.weight')
    if (weight !== undefined) state.set('1.weights', weight)
    expect(() => loadStateDict(model, state)).toThrow(/1 missing, 1 unexpected.*'1\.weights'/)
    expect(loadStateDict(model, state, { strict: false })).toEqual({
      loaded: ['0.weight', '0.bias', '1.bias'],
      missing: ['1.weight'],
      unexpected: ['1.weights'],
      mismatched: [],
      resized: [],
    })
    model.dispose()
  })
})
