import type { Combination } from './combine.js'

/**
 * One line of a table: a name there, the name here. `{i}` is a number, `*` the rest of the name; in the target a number may be shifted
 * (`{s+1}`). Several names there make one tensor here. Of several targets the first that the model has is meant.
 */
export interface NameRule {
  readonly from: string | readonly string[]
  readonly to: string | readonly string[]
  /** How the values become ours. Default: as they are (one source) or one under the other (several). */
  readonly by?: Combination
}

/** How one other library names one family of models. */
export interface NameTable {
  readonly title: string
  /** What stands in front of every name of the backbone in some files, and not in others. */
  readonly prefix?: string
  /** Names (patterns) that a file of this kind has, all of them. */
  readonly signature: readonly string[]
  /** Names that a file of this kind never has. */
  readonly without?: readonly string[]
  readonly rules: readonly NameRule[]
}

/** The norm behind the last of the usual four stages, or of fewer. */
export const LAST_NORM: readonly string[] = [3, 2, 1, 0].map((stage) => `backbone.norm${stage}.*`)

export interface Placed {
  readonly targets: readonly string[]
  readonly sources: readonly string[]
  readonly by: Combination | undefined
}

/** Whether a set of names looks like a table's. */
export function fitsTable(names: readonly string[], table: NameTable): boolean {
  const has = (pattern: string): boolean => {
    const expression = compile(pattern, table.prefix)
    return names.some((name) => expression.test(name))
  }
  return table.signature.every(has) && !(table.without ?? []).some(has)
}

/** Every name of a file that the table knows, by the names here, and the ones that it does not know. */
export function placeNames(names: readonly string[], table: NameTable): { placed: readonly Placed[]; unknown: readonly string[] } {
  const present = new Set(names)
  const used = new Set<string>()
  const placed: Placed[] = []
  const rules = table.rules.map((rule) => ({ rule, patterns: [rule.from].flat().map((from) => compile(from, table.prefix)) }))
  for (const name of names) {
    if (used.has(name)) continue
    for (const { rule, patterns } of rules) {
      const match = patterns[0]?.exec(name)
      if (!match) continue
      const groups = match.groups ?? {}
      const lead = groups['lead'] ?? ''
      const sources = [
        name,
        ...[rule.from]
          .flat()
          .slice(1)
          .map((from) => lead + fill(from, groups)),
      ]
      if (!sources.every((source) => present.has(source))) continue
      for (const source of sources) used.add(source)
      placed.push({ targets: [rule.to].flat().map((to) => fill(to, groups)), sources, by: rule.by })
      break
    }
  }
  return { placed, unknown: names.filter((name) => !used.has(name)) }
}

function compile(pattern: string, prefix: string | undefined): RegExp {
  const body = pattern
    .replace(/[.]/g, '\\.')
    .replace(/\{(\w+)\}/g, '(?<$1>\\d+)')
    .replace('*', '(?<rest>.+)')
  return new RegExp(`^(?<lead>${prefix === undefined ? '' : `(?:${prefix.replace(/[.]/g, '\\.')})?`})${body}$`)
}

function fill(pattern: string, groups: Readonly<Record<string, string | undefined>>): string {
  return pattern
    .replace(/\{(\w+?)([+-]\d+)?\}/g, (_, name: string, shift?: string) => String(Number(groups[name]) + Number(shift ?? 0)))
    .replace('*', groups['rest'] ?? '')
}
