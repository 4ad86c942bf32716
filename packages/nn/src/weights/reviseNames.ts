import { TesseraError } from '@tessera/core'

/** A regular expression and what replaces its matches (`$1`, or Python's `\1`). */
export type NameRevision = readonly [pattern: string, replacement: string]

/** MMEngine's: what DistributedDataParallel puts in front goes. */
export const DEFAULT_REVISIONS: readonly NameRevision[] = [['^module\\.', '']]

const MAX_PATTERN = 500

/**
 * New name → name in the file. Every revision is applied to every name, in order.
 * @param prefix only names that start with it after the revisions, without it; a dot at its end is implied
 * @throws TesseraError INVALID_OPTIONS for a pattern that is none, or two names that become one
 */
export function reviseNames(
  names: readonly string[],
  revisions: readonly NameRevision[],
  prefix: string | undefined,
  file: string,
): Map<string, string> {
  const rules = revisions.map(([pattern, replacement]) => ({
    pattern: compile(pattern),
    replacement: replacement.replace(/\\(\d)/g, '$$$1'),
  }))
  const start = prefix === undefined || prefix === '' || prefix.endsWith('.') ? (prefix ?? '') : `${prefix}.`
  const revised = new Map<string, string>()
  for (const name of names) {
    const full = rules.reduce((text, rule) => text.replace(rule.pattern, rule.replacement), name)
    if (!full.startsWith(start)) continue
    const short = full.slice(start.length)
    const other = revised.get(short)
    if (other !== undefined) {
      throw new TesseraError('INVALID_OPTIONS', {
        what: 'revise_keys makes one name of two',
        path: file,
        got: [other, name],
        expected: `one that becomes '${short}'`,
      })
    }
    revised.set(short, name)
  }
  return revised
}

function compile(pattern: string): RegExp {
  try {
    if (pattern.length > MAX_PATTERN) throw new Error(`longer than ${MAX_PATTERN} characters`)
    return new RegExp(pattern.replace(/\(\?P</g, '(?<'), 'g')
  } catch (cause) {
    throw new TesseraError('INVALID_OPTIONS', { what: 'a pattern of revise_keys cannot be used', got: pattern, cause })
  }
}
