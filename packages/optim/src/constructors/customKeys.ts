import { suggest, TesseraError } from '@tessera/core'

/** A key of `custom_keys` or `frozen`: part of a parameter's name, or a regular expression between slashes, `/^backbone\.layers\.[0-5]\./`. */
export interface NamePattern {
  readonly key: string
  matches(name: string): boolean
}

/** Longest first, then alphabetical: the order in which custom keys are tried. */
export function sortCustomKeys(keys: Iterable<string>): string[] {
  return [...keys].sort((a, b) => b.length - a.length || (a < b ? -1 : a > b ? 1 : 0))
}

/** Patterns in the order in which they are tried. @throws TesseraError INVALID_OPTIONS for a regular expression that is none */
export function namePatterns(keys: Iterable<string>, path: string): NamePattern[] {
  return sortCustomKeys(keys).map((key) => {
    const expression = /^\/(.+)\/$/.exec(key)?.[1]
    if (expression === undefined) return { key, matches: (name) => name.includes(key) }
    const compiled = compile(expression, key, path)
    return { key, matches: (name) => compiled.test(name) }
  })
}

/** Patterns that fit no name, each with what it may have meant. */
export function unmatchedKeys(patterns: readonly NamePattern[], names: readonly string[]): { key: string; nearest: string[] }[] {
  const unmatched = patterns.filter((pattern) => !names.some((name) => pattern.matches(name)))
  if (unmatched.length === 0) return []
  const parts = new Set(names.flatMap((name) => name.split('.').flatMap((part) => [part, `.${part}`])))
  const known = [...parts, ...names].filter((part) => part !== '' && part !== '.')
  return unmatched.map(({ key }) => ({ key, nearest: suggest(key, known) }))
}

function compile(expression: string, key: string, path: string): RegExp {
  try {
    return new RegExp(expression)
  } catch (error) {
    throw new TesseraError('INVALID_OPTIONS', {
      what: `a key between slashes is a regular expression: ${error instanceof Error ? error.message : String(error)}`,
      path,
      got: key,
    })
  }
}
