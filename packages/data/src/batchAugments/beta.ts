import type { RandomSource } from '@tessera/core'

/** A number of the symmetric beta distribution B(alpha, alpha), in [0, 1]. */
export function drawBeta(alpha: number, random: RandomSource): number {
  const [a, b] = [logGamma(alpha, random), logGamma(alpha, random)]
  // In logarithms: for a small alpha both gammas may be too small for a double.
  return 1 / (1 + Math.exp(b - a))
}

/** The logarithm of a gamma variable of this shape (Marsaglia & Tsang, "A Simple Method for Generating Gamma Variables", 2000). */
function logGamma(shape: number, random: RandomSource): number {
  // Below 1: a variable of shape + 1, times u^(1/shape).
  if (shape < 1) return logGamma(shape + 1, random) + Math.log(1 - random.uniform()) / shape
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = random.normal()
    const v = (1 + c * x) ** 3
    if (v > 0 && Math.log(1 - random.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return Math.log(d * v)
  }
}
