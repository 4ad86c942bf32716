/** The multiple of `divisor` nearest to `value` (half goes up), at least `minimum`, and never below nine tenths of it (MobileNet's rule). */
export function makeDivisible(value: number, divisor: number, minimum = divisor, minRatio = 0.9): number {
  const rounded = Math.max(minimum, Math.floor(Math.trunc(value + divisor / 2) / divisor) * divisor)
  return rounded < minRatio * value ? rounded + divisor : rounded
}
