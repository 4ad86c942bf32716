/** Python's `f'{value:.{digits}e}'`: at least two digits of exponent. */
export function exponentText(value: number, digits: number): string {
  if (!Number.isFinite(value)) return fixedText(value, digits)
  return value.toExponential(digits).replace(/e([+-])(\d)$/, 'e$10$2')
}

/** Python's `f'{value:.{digits}f}'`. */
export function fixedText(value: number, digits: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  if (Math.abs(value) >= 1e21) return BigInt(value).toString() + (digits > 0 ? `.${'0'.repeat(digits)}` : '')
  return value.toFixed(digits)
}

/** Python's `str(timedelta(seconds=int(seconds)))`: `H:MM:SS`, with days in front when there are any. */
export function durationText(seconds: number): string {
  const whole = Math.trunc(seconds)
  const days = Math.floor(whole / 86_400)
  const rest = whole - days * 86_400
  const text = `${Math.floor(rest / 3600)}:${two(Math.floor(rest / 60) % 60)}:${two(rest % 60)}`
  return days === 0 ? text : `${days} day${Math.abs(days) === 1 ? '' : 's'}, ${text}`
}

/** `YYYYMMDD_HHMMSS` in local time, MMEngine's run timestamp. */
export function timestampOf(date: Date): string {
  return `${date.getFullYear()}${two(date.getMonth() + 1)}${two(date.getDate())}_${two(date.getHours())}${two(date.getMinutes())}${two(date.getSeconds())}`
}

export function two(value: number): string {
  return String(value).padStart(2, '0')
}
