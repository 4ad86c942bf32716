import { editDistance } from '../registry/suggest.js'

/**
 * The known names of which a key is probably a slip: one edit in a short name, two in a long one, best first. Narrower than
 * `suggest`, for here a match is an error and not advice. Names that differ in digits only (`beta1`, `beta2`) are two names, and
 * so are single letters.
 */
export function misspeltNames(key: string, known: readonly string[]): string[] {
  const reach = key.length < 8 ? 1 : 2
  const letters = lettersOf(key)
  return (
    known
      .filter((name) => Math.abs(name.length - key.length) <= reach && Math.min(name.length, key.length) > 1 && name !== key)
      // One edit takes at most one letter out and brings one in. Of most names that alone rules them out, at a tenth of the time.
      .filter((name) => bits(letters ^ lettersOf(name)) <= 2 * reach)
      .map((name) => ({ name, distance: editDistance(key, name) }))
      .filter(({ name, distance }) => distance <= reach && withoutDigits(name) !== withoutDigits(key))
      .sort((a, b) => a.distance - b.distance)
      .map(({ name }) => name)
  )
}

function withoutDigits(name: string): string {
  return name.replace(/\d+/g, '#')
}

/** Which letters there are, without regard to case: a bit each, for any other characters shared ones. */
function lettersOf(name: string): number {
  let letters = 0
  for (const character of name.toLowerCase()) letters |= 1 << (character.charCodeAt(0) & 31)
  return letters
}

function bits(word: number): number {
  let count = 0
  for (let rest = word; rest !== 0; rest &= rest - 1) count++
  return count
}
