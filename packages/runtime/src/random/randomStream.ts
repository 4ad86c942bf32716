import { type RandomSource, TesseraError } from '@tessera/core'
import { advance, type Key, philox, type Words4 } from './philox.js'
import { philoxBlocks } from './philoxBlocks.js'

/** Who has drawn so many blocks in a row draws many more: from then on they are made ahead, as many again as there were, up to a limit. */
const [FEW_BLOCKS, MOST_AHEAD] = [1024, 1 << 16] as const

const NONE = new Uint32Array()

/** Where a stream stands; plain data for a checkpoint. */
export interface RandomStreamState {
  readonly stream: string
  readonly position: number
}

/**
 * Random numbers for the host: shuffling, augmentation, initial weights. A stream is named by a seed and a path of names
 * (`new RandomStream(seed, 'shuffle', 'epoch 3')`): equal names give equal numbers, other names independent ones, so adding a
 * consumer does not change what the others draw. It is counter based (Philox): the position can be read and set at once.
 */
export class RandomStream implements RandomSource {
  readonly #seed: number
  readonly #names: readonly string[]
  readonly #key: Key
  readonly #origin: Words4
  #position = 0
  /** Words that are made, whole blocks; the first one's position; how many before them were drawn in a row. */
  #words: Uint32Array = NONE
  #first = 0
  #inRow = 0

  /** @param seed a safe integer; anything else is INVALID_ARGUMENT */
  constructor(seed: number, ...names: readonly string[]) {
    if (!Number.isSafeInteger(seed)) {
      throw new TesseraError('INVALID_ARGUMENT', { what: 'not a seed', path: 'RandomStream', got: seed, expected: 'a whole number' })
    }
    this.#seed = seed
    this.#names = names
    const [a, b, c, d] = nameWords(seed, names)
    this.#key = [a, b]
    this.#origin = [0, 0, c, d]
  }

  /** Uniform in [0, 1), with all 53 bits of a double. */
  uniform(): number {
    const high = this.#word() >>> 5
    const low = this.#word() >>> 6
    return (high * 2 ** 26 + low) / 2 ** 53
  }

  /** A whole number in [0, n), every one equally likely; n from 1 to 2^32. */
  integer(n: number): number {
    if (!(Number.isInteger(n) && n >= 1 && n <= 2 ** 32)) {
      throw new TesseraError('INVALID_ARGUMENT', { what: 'no such range', path: 'RandomStream.integer', got: n, expected: '1 to 2^32' })
    }
    // Words at the uneven end of the 32-bit range are drawn again: a bare remainder would favour small numbers.
    const limit = 2 ** 32 - (2 ** 32 % n)
    for (;;) {
      const word = this.#word()
      if (word < limit) return word % n
    }
  }

  /** Normal, mean 0 and deviation 1. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()))
    return radius * Math.cos(2 * Math.PI * this.uniform())
  }

  /** The numbers 0 to n - 1 in a random order. */
  permutation(n: number): Int32Array {
    const order = Int32Array.from({ length: n }, (_, index) => index)
    for (let last = n - 1; last > 0; last--) {
      const other = this.integer(last + 1)
      const moved = order[last] ?? 0
      order[last] = order[other] ?? 0
      order[other] = moved
    }
    return order
  }

  /** An independent stream named below this one (numbers count as their text); it starts at its beginning, wherever this one stands. */
  fork(...names: readonly (string | number)[]): RandomStream {
    return new RandomStream(this.#seed, ...this.#names, ...names.map(String))
  }

  state(): RandomStreamState {
    return { stream: this.#label(), position: this.#position }
  }

  /** Goes back (or on) to a state of this same stream; one of another stream is INVALID_ARGUMENT. */
  restore(state: RandomStreamState): void {
    if (state.stream !== this.#label() || !Number.isSafeInteger(state.position) || state.position < 0) {
      throw new TesseraError('INVALID_ARGUMENT', {
        what: 'the state belongs to another random stream',
        path: 'RandomStream.restore',
        got: state,
        expected: this.#label(),
      })
    }
    this.#position = state.position
  }

  #label(): string {
    return JSON.stringify([this.#seed, ...this.#names])
  }

  #word(): number {
    const at = this.#position - this.#first
    const word = this.#words[at]
    this.#position++
    return word === undefined ? this.#nextWord(this.#position - 1) : word
  }

  /** A word that is not made yet. */
  #nextWord(position: number): number {
    const isNext = position === this.#first + this.#words.length
    this.#inRow = isNext ? this.#inRow + this.#words.length / 4 : 0
    const block = Math.floor(position / 4)
    const counter = advance(this.#origin, block)
    this.#words = philoxBlocks(counter, this.#key, this.#inRow < FEW_BLOCKS ? 1 : Math.min(this.#inRow, MOST_AHEAD))
    this.#first = 4 * block
    return this.#words[position - this.#first] ?? 0
  }
}

/** 128 bits from a seed and its names: each 16 bytes of the text are folded in by one Philox block. */
function nameWords(seed: number, names: readonly string[]): Words4 {
  let state = philox([seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0, names.length, 0], [0x7e55e4a0, 0x5eed])
  for (const name of names) {
    const bytes = new TextEncoder().encode(name)
    for (let at = 0; at <= bytes.length; at += 16) {
      const word = (i: number) => new DataView(padded(bytes, at)).getUint32(4 * i)
      state = philox(
        [(state[0] ^ word(0)) >>> 0, (state[1] ^ word(1)) >>> 0, (state[2] ^ word(2)) >>> 0, (state[3] ^ word(3)) >>> 0],
        [bytes.length >>> 0, at >>> 0],
      )
    }
  }
  return state
}

function padded(bytes: Uint8Array, at: number): ArrayBuffer {
  const chunk = new ArrayBuffer(16)
  new Uint8Array(chunk).set(bytes.subarray(at, at + 16))
  return chunk
}
