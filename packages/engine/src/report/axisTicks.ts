export interface Ticks {
  readonly values: readonly number[]
  readonly texts: readonly string[]
}

/** Round numbers that cover a range: multiples of 1, 2 or 5 times a power of ten, about `count` of them. */
export function axisTicks(low: number, high: number, count = 5): Ticks {
  const span = high - low || Math.abs(high) || 1
  const rough = span / count
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10) * power
  const first = Math.floor(low / step + 1e-9)
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9))
  const values = Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)))
  return { values, texts: values.map((value) => tickText(value, step)) }
}

/** As many digits as tell one tick from the next; powers where plain numbers would be long. */
function tickText(value: number, step: number): string {
  if (value === 0) return '0'
  if (step < 1e-4 || Math.abs(value) >= 1e6) {
    const digits = Math.max(0, Math.floor(Math.log10(Math.abs(value))) - Math.floor(Math.log10(step) + 1e-9))
    return value.toExponential(Math.min(digits, 6)).replace('e+', 'e')
  }
  return value.toFixed(Math.max(0, -Math.floor(Math.log10(step) + 1e-9)))
}
