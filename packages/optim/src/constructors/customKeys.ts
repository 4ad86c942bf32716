import { suggest } from '@tessera/core'

/** Longest first, then alphabetical: the order in which custom keys are tried. */
export function sortCustomKeys(keys: Iterable<string>): string[] {
  return [...keys].sort((a, b) => b.length - a.length || (a < b ? -1 : a > b ? 1 : 0))
}

/** The first of the sorted keys that is part of the name. */
export function matchCustomKey(sortedKeys: readonly string[], name: string): string | undefined {
  return sortedKeys.find((key) => name.includes(key))
}

/** Keys that are part of no name, each with what it may have meant. */
export function unmatchedKeys(keys: Iterable<string>, names: readonly string[]): { key: string; nearest: string[] }[] {
  const parts = new Set(names.flatMap((name) => name.split('.').flatMap((part) => [part, `.${part}`])))
  return [...keys]
    .filter((key) => !names.some((name) => name.includes(key)))
    .map((key) => ({
      key,
      nearest: suggest(
        key,
        [...parts, ...names].filter((part) => part !== '' && part !== '.'),
      ),
    }))
}
