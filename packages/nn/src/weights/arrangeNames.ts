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
 * translated; then the part under `prefix`.
 */
export function arrangeNames(file: WeightFile, module: Module, options: NameOptions = {}): WeightFile {
  const prefix = options.prefix === undefined || options.prefix === '' ? '' : `${options.prefix.replace(/\.$/, '')}.`
  const own = [...module.namedState()].map(([name]) => name)
  const revised = renamed(file, options.revise_keys ?? DEFAULT_REVISIONS, undefined)
  const names = [...revised.entries.keys()]
  const known = own.filter((name) => revised.entries.has(prefix + name)).length
  const table = known * 2 >= own.length ? undefined : recognizeNames(names)
  const translated = table === undefined ? revised : translateNames(revised, table, new Set(own.map((name) => prefix + name)))
  return prefix === '' ? translated : renamed(translated, [], prefix)
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
    read: (name) => file.read(readable.get(name) ?? name),
    close: () => file.close(),
  }
}
