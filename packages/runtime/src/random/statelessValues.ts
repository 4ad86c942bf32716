import { advance, type Key, philox, type Words4 } from './philox.js'

/** Two integers (taken as int32) that name a stream of random numbers; the same pair always gives the same numbers. */
export type SeedPair = readonly [number, number]

/**
 * The first `count` uniform numbers in [0, 1) of a seed pair: bit for bit those of TensorFlow's `StatelessRandomUniform` with an
 * int32 seed, so that every backend draws the same.
 */
export function statelessUniformValues(count: number, seed: SeedPair): Float32Array {
  const values = new Float32Array(count)
  eachBlock(count, seed, (at, words) => {
    for (let i = 0; i < 4 && at + i < count; i++) values[at + i] = toUnit(words[i] ?? 0)
  })
  return values
}

/** The first `count` standard normal numbers of a seed pair, as TensorFlow's `StatelessRandomNormal` gives them to 1e-6. */
export function statelessNormalValues(count: number, seed: SeedPair): Float32Array {
  const values = new Float32Array(count)
  eachBlock(count, seed, (at, words) => {
    const normals = [...boxMuller(words[0], words[1]), ...boxMuller(words[2], words[3])]
    for (let i = 0; i < 4 && at + i < count; i++) values[at + i] = normals[i] ?? 0
  })
  return values
}

function eachBlock(count: number, seed: SeedPair, use: (at: number, words: Words4) => void): void {
  const { key, counter } = scramble(seed)
  for (let at = 0; at < count; at += 4) use(at, philox(advance(counter, at / 4), key))
}

/** TensorFlow's way from a seed to key and first counter: the seed is itself run through Philox, under a fixed key. */
function scramble([seed0, seed1]: SeedPair): { key: Key; counter: Words4 } {
  const mixed = philox([seed0 >>> 0, signWord(seed0), seed1 >>> 0, signWord(seed1)], [0x3ec8f720, 0x02461e29])
  return { key: [mixed[0], mixed[1]], counter: [0, 0, mixed[2], mixed[3]] }
}

/** The upper half of an int32 that was widened to 64 bits. */
function signWord(value: number): number {
  return (value | 0) < 0 ? 0xffffffff : 0
}

/** The low 23 bits as the mantissa of a float in [1, 2), less 1. */
function toUnit(word: number): number {
  return (word & 0x7fffff) / 0x800000
}

function boxMuller(first: number, second: number): [number, number] {
  const radius = Math.sqrt(-2 * Math.log(Math.max(toUnit(first), 1e-7)))
  const angle = 2 * Math.PI * toUnit(second)
  return [Math.sin(angle) * radius, Math.cos(angle) * radius]
}
