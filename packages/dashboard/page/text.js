// Numbers as people read them.

/** @param {number | null | undefined} value */
export function numberText(value) {
  if (value === null || value === undefined) return '–'
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value)
  const size = Math.abs(value)
  return size !== 0 && (size < 1e-3 || size >= 1e6) ? value.toExponential(3) : String(Number(value.toPrecision(5)))
}

/** `1:05`, `2:10:00`. @param {number} seconds */
export function clockText(seconds) {
  const whole = Math.round(seconds)
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  const two = (/** @type {number} */ number) => String(number).padStart(2, '0')
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`
}

/** @param {number} since milliseconds */
export function agoText(since) {
  const seconds = Math.max(0, Math.round((Date.now() - since) / 1000))
  if (seconds < 5) return 'just now'
  if (seconds < 120) return `${seconds} s ago`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min ago`
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h ago` : `${Math.round(seconds / 86_400)} days ago`
}
