import { type RandomSource, TesseraError } from '@tessera/core'
import { describedInit, type Initializer, sizeOf } from '../module/parameter.js'
import { fanIn, fanOut } from './fan.js'

export type Distribution = 'uniform' | 'normal'

export function constant(value: number): Initializer {
  return describedInit(`constant ${value}`, (_, shape) => new Float32Array(sizeOf(shape)).fill(value))
}

/** Even in [low, high). */
export function uniform(low: number, high: number): Initializer {
  return describedInit(
    `uniform in [${low}, ${high})`,
    fillWith((random) => low + (high - low) * random.uniform()),
  )
}

export function normal(mean: number, std: number): Initializer {
  return describedInit(
    `normal, mean ${mean}, std ${std}`,
    fillWith((random) => mean + std * random.normal()),
  )
}

/**
 * Normal, drawn again until it lies in [low, high] (bounds are values, not multiples of `std`, as in PyTorch).
 * @throws TesseraError INVALID_ARGUMENT when nearly no draw would be accepted
 */
export function truncNormal(mean: number, std: number, low = -2, high = 2): Initializer {
  if (!(low < high) || low > mean + 4 * std || high < mean - 4 * std) {
    throw new TesseraError('INVALID_ARGUMENT', {
      what: 'a truncated normal needs bounds around its mean',
      got: [low, high],
      expected: `low < high, within 4 standard deviations (${std}) of the mean ${mean}`,
    })
  }
  const draw = fillWith((random) => {
    for (;;) {
      const value = mean + std * random.normal()
      if (value >= low && value <= high) return value
    }
  })
  return describedInit(`truncated normal, mean ${mean}, std ${std}, in [${low}, ${high}]`, draw)
}

/** Glorot & Bengio 2010: variance 2 / (fan in + fan out). */
export function xavier(gain: number, distribution: Distribution): Initializer {
  return describedInit(`Xavier ${distribution}, gain ${gain}`, (random, shape) =>
    spread(gain * Math.sqrt(2 / (fanIn(shape) + fanOut(shape))), distribution)(random, shape),
  )
}

export interface KaimingOptions {
  /** Negative slope of a leaky ReLU. */
  readonly a?: number
  readonly mode?: 'fan_in' | 'fan_out'
  /** A name that `gainOf` knows. */
  readonly nonlinearity?: Nonlinearity
  readonly distribution?: Distribution
}

/** He et al. 2015, arXiv 1502.01852: variance gain² / fan. */
export function kaiming(options: KaimingOptions = {}): Initializer {
  const { a = 0, mode = 'fan_in', nonlinearity = 'leaky_relu', distribution = 'uniform' } = options
  const gain = gainOf(nonlinearity, a)
  return describedInit(`Kaiming ${distribution}, ${mode}, ${nonlinearity}, a ${a}`, (random, shape) =>
    spread(gain / Math.sqrt(mode === 'fan_in' ? fanIn(shape) : fanOut(shape)), distribution)(random, shape),
  )
}

/** How PyTorch starts the weight of a Linear or convolution: even in ±1/√(fan in). */
export const defaultWeight: Initializer = kaiming({ a: Math.sqrt(5) })

/** How PyTorch starts the bias beside a weight with this fan in. */
export function defaultBias(weightFanIn: number): Initializer {
  const bound = weightFanIn > 0 ? 1 / Math.sqrt(weightFanIn) : 0
  return uniform(-bound, bound)
}

export const NONLINEARITIES = ['linear', 'conv1d', 'conv2d', 'conv3d', 'sigmoid', 'tanh', 'relu', 'leaky_relu', 'selu'] as const
export type Nonlinearity = (typeof NONLINEARITIES)[number]

/** PyTorch's recommended gains. */
function gainOf(nonlinearity: Nonlinearity, slope: number): number {
  switch (nonlinearity) {
    case 'tanh':
      return 5 / 3
    case 'relu':
      return Math.SQRT2
    case 'leaky_relu':
      return Math.sqrt(2 / (1 + slope ** 2))
    case 'selu':
      return 3 / 4
    default:
      return 1
  }
}

function spread(std: number, distribution: Distribution): Initializer {
  const bound = Math.sqrt(3) * std
  return distribution === 'normal' ? normal(0, std) : uniform(-bound, bound)
}

function fillWith(draw: (random: RandomSource) => number): Initializer {
  return (random, shape) => {
    const values = new Float32Array(sizeOf(shape))
    for (let i = 0; i < values.length; i++) values[i] = draw(random)
    return values
  }
}
