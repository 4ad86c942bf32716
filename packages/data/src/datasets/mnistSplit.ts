/** How many of the package's 10,000 digits are held back. */
export const TEST_DIGITS = 1500

/** Changing it would change what every published accuracy was measured on. */
const SPLIT_SEED = 20231124

export interface DigitRef {
  /** 0 to 9. */
  readonly digit: number
  /** Position among the package's images of this digit. */
  readonly position: number
}

/**
 * The fixed split of MNISTDigits. Per digit class, the positions are shuffled with a generator that belongs to this file alone;
 * the first share of each class (its proportion of 1,500, largest remainders first) is the test set, the rest the train set.
 * Both are then shuffled across classes, so that the first n of either are a fair sample.
 * @param counts images of each digit
 */
export function splitDigits(counts: readonly number[], testTotal = TEST_DIGITS): { train: DigitRef[]; test: DigitRef[] } {
  const next = generator(SPLIT_SEED)
  const shares = proportionalShares(counts, testTotal)
  const train: DigitRef[] = []
  const test: DigitRef[] = []
  counts.forEach((count, digit) => {
    const refs = Array.from({ length: count }, (_, position) => ({ digit, position }))
    shuffle(refs, next)
    const share = shares[digit] ?? 0
    test.push(...refs.slice(0, share))
    train.push(...refs.slice(share))
  })
  shuffle(train, next)
  shuffle(test, next)
  return { train, test }
}

/** Integer shares of `total` in proportion to `counts`; what rounding leaves goes to the largest remainders. */
export function proportionalShares(counts: readonly number[], total: number): number[] {
  const sum = counts.reduce((a, b) => a + b, 0)
  const exact = counts.map((count) => (count * total) / sum)
  const shares = exact.map(Math.floor)
  const order = exact
    .map((value, index) => ({ index, rest: value - Math.floor(value) }))
    .sort((a, b) => b.rest - a.rest || a.index - b.index)
  const left = total - shares.reduce((a, b) => a + b, 0)
  for (const { index } of order.slice(0, left)) shares[index] = (shares[index] ?? 0) + 1
  return shares
}

function shuffle<T>(items: T[], next: (n: number) => number): void {
  for (let last = items.length - 1; last > 0; last--) {
    const other = next(last + 1)
    const [a, b] = [items[last], items[other]]
    if (a !== undefined && b !== undefined) {
      items[last] = b
      items[other] = a
    }
  }
}

/** Lehmer's generator with the constants of Park and Miller's "minimal standard" (1988): exact in doubles on every machine. */
function generator(seed: number): (n: number) => number {
  let state = seed
  return (n) => {
    state = (state * 16807) % 2147483647
    return Math.floor((state / 2147483647) * n)
  }
}
