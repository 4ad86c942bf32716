/** Small, seeded and the same everywhere: a failing mutation can be made again from its number. */
export class Dice {
  private state: number

  constructor(seed: number) {
    this.state = (seed * 0x9e3779b1) >>> 0 || 1
  }

  /** A whole number in [0, below). */
  roll(below: number): number {
    // xorshift32
    let x = this.state
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    this.state = x >>> 0
    return this.state % below
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.roll(items.length)]
    if (item === undefined) throw new Error('nothing to pick from')
    return item
  }
}

const EDGES = [0x00, 0x01, 0x7f, 0x80, 0xff, 0x20, 0x22, 0x2e]

/** One change somewhere in [from, to): a bit, a byte, a few bytes less, more, moved or repeated. */
export function mutateOnce(bytes: Uint8Array, dice: Dice, from = 0, to = bytes.length): Uint8Array {
  const at = from + dice.roll(Math.max(1, to - from))
  const length = 1 + dice.roll(8)
  switch (dice.roll(6)) {
    case 0: {
      const copy = bytes.slice()
      copy[at] = (copy[at] ?? 0) ^ (1 << dice.roll(8))
      return copy
    }
    case 1: {
      const copy = bytes.slice()
      copy[at] = dice.roll(2) === 0 ? dice.pick(EDGES) : dice.roll(256)
      return copy
    }
    case 2:
      return joined(bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + length)))
    case 3:
      return joined(
        bytes.subarray(0, at),
        Uint8Array.from({ length }, () => dice.roll(256)),
        bytes.subarray(at),
      )
    case 4:
      return joined(bytes.subarray(0, at), bytes.subarray(at, at + length), bytes.subarray(at))
    default: {
      const copy = bytes.slice()
      const other = from + dice.roll(Math.max(1, to - from))
      copy.copyWithin(at, other, Math.min(bytes.length, other + length))
      return copy
    }
  }
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
