import { beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { useBackend } from '../backend/useBackend.js'
import { tf } from '../tf.js'
import { mixSeed } from './mixSeed.js'
import { randomBernoulli, randomNormal, randomUniform, type StepRandom, withStepRandom } from './stepRandom.js'

beforeAll(async () => {
  await useBackend('auto')
})

function drawn(random: StepRandom, fn: () => tf.Tensor): number[] {
  const tensor = tf.tidy(() => withStepRandom(random, fn))
  const values = Array.from(tensor.dataSync())
  tensor.dispose()
  return values
}

describe('withStepRandom', () => {
  const three = () => tf.concat([randomUniform([3]), randomNormal([3]), randomUniform([3], -2, 2)])

  test('draws depend on seed, step and the number of the draw', () => {
    const first = drawn({ seed: 1, step: 5 }, three)
    expect(drawn({ seed: 1, step: 5 }, three)).toEqual(first)
    expect(drawn({ seed: 2, step: 5 }, three)).not.toEqual(first)
    expect(drawn({ seed: 1, step: 6 }, three)).not.toEqual(first)
    expect(first.slice(0, 3)).not.toEqual(first.slice(6).map((x) => (x + 2) / 4))
  })

  test('a step given as a tensor draws as the number does', () => {
    const step = tf.scalar(5, 'int32')
    expect(drawn({ seed: 1, step }, three)).toEqual(drawn({ seed: 1, step: 5 }, three))
    step.dispose()
  })

  test('outside a step, and after one that threw, there are no random numbers', () => {
    expect(() =>
      withStepRandom({ seed: 1, step: 1 }, () => {
        throw new Error('inside')
      }),
    ).toThrow('inside')
    expect(() => randomUniform([1])).toThrow(expect.objectContaining({ code: 'NO_RANDOM_SCOPE' }))
  })

  test('an inner scope leaves the outer one as it was', () => {
    const outer = () => {
      const a = randomUniform([2])
      withStepRandom({ seed: 9, step: 9 }, () => randomUniform([2]))
      return tf.concat([a, randomUniform([2])])
    }
    const plain = () => tf.concat([randomUniform([2]), randomUniform([2])])
    expect(drawn({ seed: 1, step: 1 }, outer)).toEqual(drawn({ seed: 1, step: 1 }, plain))
  })

  test('bernoulli draws ones with its probability, and leaves no tensors', () => {
    const before = tf.memory().numTensors
    const values = drawn({ seed: 3, step: 0 }, () => randomBernoulli([20_000], 0.3))
    expect(new Set(values)).toEqual(new Set([0, 1]))
    expect(values.reduce((sum, x) => sum + x, 0) / values.length).toBeCloseTo(0.3, 1)
    expect(drawn({ seed: 3, step: 0 }, () => randomBernoulli([5], 1))).toEqual([1, 1, 1, 1, 1])
    expect(tf.memory().numTensors).toBe(before)
    expect(() => withStepRandom({ seed: 3, step: 0 }, () => randomBernoulli([1], 1.5))).toThrow(/1\.5.*from 0 to 1/)
  })
})

test('mixSeed never gives two draws of a step the same seed', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.nat(), fc.nat(), (seed, a, b) => {
      expect(mixSeed(seed, a) === mixSeed(seed, b)).toBe(a === b)
      expect(mixSeed(seed, a)).toBe(mixSeed(seed, a) | 0)
    }),
  )
})
