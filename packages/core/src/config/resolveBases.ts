import { existsSync, realpathSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { TesseraError } from '../errors.js'
import { configOrigin, rememberOrigin } from './configOrigin.js'
import { copyConfig } from './copyConfig.js'
import type { LoadSession } from './loadSession.js'
import { mergeOver } from './mergeConfig.js'
import { locatePackageBase, withScope } from './packageBase.js'
import { fillPlaceholders } from './placeholders.js'
import { type ConfigDict, isPlainObject } from './plainObject.js'
import { anchorImports } from './pluginImports.js'
import { readConfigFile } from './readConfigFile.js'

/** The packages whose names need no scope: their components are registered in the root registries. */
const HOUSE = /^@tessera\//

/** Where a config stands, and what led to it. */
export interface Place {
  /** The file that relative paths in it start from; undefined for an object that was made in a program. */
  readonly file: string | undefined
  /** The files on the way here. */
  readonly chain: readonly string[]
  /** The imported configs on the way here. */
  readonly objects: readonly object[]
}

/** The config of a file with all its bases merged in. What it returns is shared by whoever asks for this file: it is not to be changed. */
export async function readWithBases(file: string, session: LoadSession, chain: readonly string[] = []): Promise<ConfigDict> {
  refuseCycle(file, chain)
  const known = session.files.get(file)
  if (known !== undefined) return known
  const place: Place = { file, chain: [...chain, file], objects: [] }
  const config = await readConfigFile(file, {
    askedBy: chain.at(-1),
    environment: session.environment,
    readBase: (base) => readNamedBase(base, place, session),
  })
  rememberOrigin(config, file)
  const merged = await mergeBases(config, place, session)
  session.files.set(file, merged)
  return merged
}

/** No recipe has more than four levels of bases. */
const USUAL_LEVELS = 16

/** Under two names one file is no cycle by its names; asking the disk for real ones waits until there are suspiciously many levels. */
function refuseCycle(file: string, chain: readonly string[]): void {
  const name = chain.length < USUAL_LEVELS ? (path: string) => path : realName
  const names = chain.map(name)
  const start = names.indexOf(name(file))
  if (start === -1) return
  throw new TesseraError('CONFIG_CYCLE', {
    what: `the bases lead back to this file: ${[...names.slice(start), name(file)].join(' → ')}`,
    path: file,
  })
}

function realName(file: string): string {
  return existsSync(file) ? realpathSync.native(file) : file
}

/**
 * Merges `_base_` under a config: siblings first, which must not share a top-level key, then the config over them.
 * Placeholders are filled in, and each source is noted in the session.
 */
export async function mergeBases(config: ConfigDict, place: Place, session: LoadSession): Promise<ConfigDict> {
  if (place.objects.includes(config)) {
    throw new TesseraError('CONFIG_CYCLE', { what: 'an imported config is a base of itself', path: place.chain.at(-1) })
  }
  // Editors read `$schema`; it says nothing to a run.
  const { _base_: bases, _deprecation_: deprecation, $schema: _, ...written } = config
  session.warnings.push(...deprecationNote(deprecation, place.file))
  const base = Object.hasOwn(config, '_base_') ? await mergeSiblings(bases, config, place, session) : {}
  const own = fillPlaceholders(written, { file: place.file, environment: session.environment, base }) as ConfigDict
  const child = place.file === undefined ? own : anchorImports(own, place.file)
  session.layers.push({ source: configOrigin(config)?.place ?? place.file ?? `an imported config of ${place.chain.at(-1)}`, config: child })
  return Object.hasOwn(config, '_base_') ? mergeOver(base, child) : copyConfig(child)
}

export async function mergeSiblings(bases: unknown, config: ConfigDict, place: Place, session: LoadSession): Promise<ConfigDict> {
  const merged: ConfigDict = {}
  const owners = new Map<string, string>()
  for (const [index, written] of (Array.isArray(bases) ? bases : [bases]).entries()) {
    const context = { file: place.file, environment: session.environment, base: undefined }
    const base = typeof written === 'string' ? String(fillPlaceholders(written, context)) : written
    const name = typeof base === 'string' ? `'${base}'` : `the imported config at _base_[${index}]`
    const resolved = await readBase(base, { ...place, objects: [...place.objects, config] }, session)
    for (const key of Object.keys(resolved)) {
      const owner = owners.get(key)
      if (owner !== undefined) {
        throw new TesseraError('CONFIG_MERGE', {
          what: `two bases of ${place.file ?? 'an imported config'} set the same top-level key: ${owner} and ${name}`,
          path: key,
          hint: 'Bases side by side must not overlap; make one the base of the other.',
        })
      }
      owners.set(key, name)
    }
    // They share no key, so there is nothing to merge; the child's merge makes the copies.
    Object.assign(merged, resolved)
  }
  return merged
}

async function readBase(base: unknown, place: Place, session: LoadSession): Promise<ConfigDict> {
  if (typeof base === 'string') return readNamedBase(base, place, session)
  if (isPlainObject(base)) return mergeBases(base, { ...place, file: configOrigin(base)?.file }, session)
  throw new TesseraError('INVALID_CONFIG', {
    what: `a base of ${place.file ?? 'an imported config'} is no config`,
    path: '_base_',
    got: base,
    expected: 'a path, an imported config, or a list of both',
  })
}

/** A base by path, relative to the file that names it, or in an installed package: `package::path`. */
export async function readNamedBase(base: string, { file, chain }: Place, session: LoadSession): Promise<ConfigDict> {
  if (base.includes('::')) {
    const { file: found, scope } = locatePackageBase(base, file ?? chain.at(-1) ?? '')
    const config = await readWithBases(found, session, chain)
    return HOUSE.test(scope) ? config : withScope(config, scope)
  }
  if (file === undefined) {
    throw new TesseraError('INVALID_CONFIG', {
      what: 'an imported config names its base by path, relative to nothing that is known',
      path: '_base_',
      got: base,
      hint: 'Import the base there, and put the object into _base_, or wrap the config in defineConfig.',
    })
  }
  return readWithBases(resolve(dirname(file), base), session, chain)
}

/** MMEngine's `_deprecation_: { expected, reference }`: a recipe that has been replaced. */
function deprecationNote(note: unknown, file: string | undefined): string[] {
  if (!isPlainObject(note)) return []
  const { expected, reference } = note
  const instead = expected === undefined ? '' : `; use ${String(expected)} instead`
  const seeAlso = reference === undefined ? '' : ` (see ${String(reference)})`
  return [`${file ?? 'an imported config'} is deprecated${instead}${seeAlso}`]
}
