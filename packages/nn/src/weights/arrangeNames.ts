import type { Module } from '../module/module.js'
import { recognizeNames, translateNames } from './foreign/translateNames.js'
import { DEFAULT_REVISIONS, type NameRevision, reviseNames } from './reviseNames.js'
import type { WeightFile } from './weightFile.js'

export interface NameOptions {
  /** Pairs of pattern and replacement for names, in order; default: `module.` at the front goes. */
  readonly revise_keys?: readonly NameRevision[] | undefined
  /** Take only names under this prefix, without it (`backbone.`). */
  readonly prefix?: string | undefined
}

/**
 * A file under the names that a module has: revised; then, where it is recognized as timm's or Hugging Face's and is not ours already,
 * translated; then the part under `prefix`; then what other versions call otherwise.
 */
export function arrangeNames(file: WeightFile, module: Module, options: NameOptions = {}): WeightFile {
  const prefix = options.prefix === undefined || options.prefix === '' ? '' : `${options.prefix.replace(/\.$/, '')}.`
  const own = [...module.namedState()].map(([name]) => name)
  const revised = renamed(file, options.revise_keys ?? DEFAULT_REVISIONS, undefined)
  const names = [...revised.entries.keys()]
  const known = own.filter((name) => revised.entries.has(prefix + name)).length
  const table = known * 2 >= own.length ? undefined : recognizeNames(names)
  const translated = table === undefined ? revised : translateNames(revised, table, new Set(own.map((name) => prefix + name)))
  return withOldNames(prefix === '' ? translated : renamed(translated, [], prefix), module)
}

/** A file whose tensors stand under the module's names too, where the module says that they were called otherwise. */
function withOldNames(file: WeightFile, module: Module): WeightFile {
  const own = new Set([...module.namedState()].map(([name]) => name))
  const source = new Map<string, string>()
  for (const [path, part] of module.namedModules()) {
    const full = (name: string) => (path === '' ? name : `${path}.${name}`)
    for (const [ours, theirs] of part.namesElsewhere((name) => file.entries.has(full(name)))) {
      if (own.has(full(ours)) && !file.entries.has(full(ours)) && file.entries.has(full(theirs))) source.set(full(ours), full(theirs))
    }
  }
  if (source.size === 0) return file
  const taken = new Set(source.values())
  const entries = new Map([...file.entries].filter(([name]) => own.has(name) || !taken.has(name)))
  for (const [ours, theirs] of source) {
    const entry = file.entries.get(theirs)
    if (entry !== undefined) entries.set(ours, entry)
  }
  return { ...file, entries, read: (name, room) => file.read(source.get(name) ?? name, room), close: () => file.close() }
}

/** A file whose tensors have other names. */
export function renamed(file: WeightFile, revisions: readonly NameRevision[], prefix: string | undefined): WeightFile {
  const readable = reviseNames([...file.entries.keys()], revisions, prefix, file.path)
  const refused = reviseNames([...file.refused.keys()], revisions, prefix, file.path)
  return {
    ...file,
    entries: new Map(
      [...readable].flatMap(([name, original]) => {
        const entry = file.entries.get(original)
        return entry === undefined ? [] : [[name, entry] as const]
      }),
    ),
    refused: new Map([...refused].map(([name, original]) => [name, file.refused.get(original) ?? ''])),
    read: (name, room) => file.read(readable.get(name) ?? name, room),
    close: () => file.close(),
  }
}
