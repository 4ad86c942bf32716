import { TesseraError } from '@tessera/core'
import { tf } from '../tf.js'
import { mixSeed } from './mixSeed.js'
import { type StatelessSeed, statelessNormal, statelessUniform } from './statelessRandom.js'

/** What the draws of one step depend on: the run's seed and the step's number, which may be an int32 scalar tensor. */
export interface StepRandom {
  readonly seed: number
  readonly step: number | tf.Scalar
}

interface Scope extends StepRandom {
  draws: number
}

let current: Scope | undefined

/**
 * Runs `fn` (synchronously) as one step: inside it `randomUniform`, `randomNormal` and `randomBernoulli` may be called. Their k-th
 * call depends on seed, step and k alone, so a resumed, repeated or recorded step draws the same numbers. Scopes nest; an inner one
 * starts counting anew.
 */
export function withStepRandom<T>(random: StepRandom, fn: () => T): T {
  const outer = current
  current = { ...random, draws: 0 }
  try {
    return fn()
  } finally {
    current = outer
  }
}

/** Float32 uniform numbers in [lo, hi); NO_RANDOM_SCOPE outside a step. */
export function randomUniform(shape: readonly number[], lo = 0, hi = 1): tf.Tensor {
  const seed = nextSeed('randomUniform')
  if (lo === 0 && hi === 1) return statelessUniform(shape, seed)
  return tf.tidy(() => tf.add(tf.mul(statelessUniform(shape, seed), hi - lo), lo))
}

/** Float32 normal numbers, mean 0 and deviation 1; NO_RANDOM_SCOPE outside a step. */
export function randomNormal(shape: readonly number[]): tf.Tensor {
  return statelessNormal(shape, nextSeed('randomNormal'))
}

/** Float32 ones with probability `p`, else zeros; NO_RANDOM_SCOPE outside a step. */
export function randomBernoulli(shape: readonly number[], p: number): tf.Tensor {
  if (!(p >= 0 && p <= 1)) {
    throw new TesseraError('INVALID_ARGUMENT', {
      what: 'not a probability',
      path: 'randomBernoulli p',
      got: p,
      expected: 'a number from 0 to 1',
    })
  }
  const seed = nextSeed('randomBernoulli')
  return tf.tidy(() => tf.cast(tf.less(statelessUniform(shape, seed), p), 'float32'))
}

function nextSeed(caller: string): StatelessSeed {
  if (!current) {
    throw new TesseraError('NO_RANDOM_SCOPE', {
      what: 'random numbers were asked for outside a step',
      path: caller,
      hint: 'Call it inside withStepRandom({ seed, step }, fn); the train loop does so for every step.',
    })
  }
  return [mixSeed(current.seed, current.draws++), current.step]
}
