/**
 * The exponential moving average that TensorBoard shows: its start corrected for the missing past, gaps left as gaps.
 * @param weight of the past, from 0 (nothing smoothed) up to, not including, 1
 */
export function smoothed(y: readonly (number | null)[], weight: number): (number | null)[] {
  let mean = 0
  let seen = 0
  return y.map((value) => {
    if (value === null) return null
    mean = mean * weight + (1 - weight) * value
    seen++
    return mean / (1 - weight ** seen)
  })
}
