/**
 * Philox4x32-10, the counter-based generator of Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3" (SC 2011).
 * One block is a pure function of a 128-bit counter and a 64-bit key, four 32-bit words each way; TensorFlow's stateless ops
 * use it, so with the same key and counter we get the same bits as they do.
 */
export type Words4 = [number, number, number, number]
export type Key = readonly [number, number]

// Under Jest a global costs a look-up each time.
const { floor, imul } = Math

const MULTIPLIER_A = 0xd2511f53
const MULTIPLIER_B = 0xcd9e8d57
const WEYL_A = 0x9e3779b9
const WEYL_B = 0xbb67ae85
const ROUNDS = 10

/** One block: ten rounds over `counter` under `key`. Words are unsigned 32-bit integers. */
export function philox(counter: Readonly<Words4>, key: Key): Words4 {
  philoxInto(ONE, 0, counter, key)
  return [ONE[0] ?? 0, ONE[1] ?? 0, ONE[2] ?? 0, ONE[3] ?? 0]
}

const ONE = new Uint32Array(4)

/** The same, its words at `at` of `words`: makes no garbage. */
export function philoxInto(words: Uint32Array, at: number, counter: Readonly<Words4>, key: Key): void {
  let c0 = counter[0]
  let c1 = counter[1]
  let c2 = counter[2]
  let c3 = counter[3]
  let k0 = key[0]
  let k1 = key[1]
  for (let round = 0; round < ROUNDS; round++) {
    const highA = multiplyHigh(MULTIPLIER_A, c0)
    const lowA = imul(MULTIPLIER_A, c0)
    const highB = multiplyHigh(MULTIPLIER_B, c2)
    const lowB = imul(MULTIPLIER_B, c2)
    c0 = (highB ^ c1 ^ k0) >>> 0
    c1 = lowB >>> 0
    c2 = (highA ^ c3 ^ k1) >>> 0
    c3 = lowA >>> 0
    k0 = (k0 + WEYL_A) >>> 0
    k1 = (k1 + WEYL_B) >>> 0
  }
  words[at] = c0
  words[at + 1] = c1
  words[at + 2] = c2
  words[at + 3] = c3
}

/** `counter` moved on by a number of blocks (up to 2^53), as a 128-bit addition. */
export function advance(counter: Readonly<Words4>, blocks: number): Words4 {
  const low = counter[0] + (blocks % 2 ** 32)
  const middle = counter[1] + Math.floor(blocks / 2 ** 32) + Math.floor(low / 2 ** 32)
  const high = counter[2] + Math.floor(middle / 2 ** 32)
  const top = counter[3] + Math.floor(high / 2 ** 32)
  return [low >>> 0, middle >>> 0, high >>> 0, top >>> 0]
}

/** The upper 32 bits of a 32 × 32 bit product, by 16-bit halves: a double holds only 53 bits of it. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff
  const aHigh = a >>> 16
  const bLow = b & 0xffff
  const bHigh = b >>> 16
  const carry = aHigh * bLow + ((aLow * bLow) >>> 16)
  const middle = aLow * bHigh + (carry & 0xffff)
  return (aHigh * bHigh + floor(carry / 0x10000) + floor(middle / 0x10000)) >>> 0
}
