import { existsSync, realpathSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { TesseraError } from '../errors.js'
import { copyConfig } from './copyConfig.js'
import { mergeConfig } from './mergeConfig.js'
import { type ConfigDict, isPlainObject } from './plainObject.js'
import { anchorImports } from './pluginImports.js'
import { readConfigFile } from './readConfigFile.js'

/** Where a default export that was loaded as a file came from: its `_base_` paths are relative to that, however it is reached. */
const FILES = new WeakMap<object, string>()

/**
 * The config of a file with all its bases merged in; a copy of its own.
 * @param chain the files on the way here, by their real names: two names of one file must not hide a cycle
 */
export async function readWithBases(file: string, chain: readonly string[] = []): Promise<ConfigDict> {
  const realFile = existsSync(file) ? realpathSync(file) : file
  if (chain.includes(realFile)) {
    throw new TesseraError('CONFIG_CYCLE', {
      what: `the bases lead back to this file: ${[...chain.slice(chain.indexOf(realFile)), realFile].join(' → ')}`,
      path: file,
    })
  }
  const config = await readConfigFile(file, chain.at(-1))
  FILES.set(config, file)
  return resolveBases(config, file, [...chain, realFile], [])
}

/**
 * Merges `_base_` under a config: siblings first, which must not share a top-level key, then the config over them.
 * @param file where the config stands; undefined for an imported object, whose paths then have nothing to be relative to
 * @param objects the imported configs on the way here
 */
async function resolveBases(
  config: ConfigDict,
  file: string | undefined,
  chain: readonly string[],
  objects: readonly object[],
): Promise<ConfigDict> {
  if (objects.includes(config)) {
    throw new TesseraError('CONFIG_CYCLE', { what: 'an imported config is a base of itself', path: chain.at(-1) })
  }
  const { _base_: bases, ...own } = config
  const child = file === undefined ? own : anchorImports(own, file)
  if (!Object.hasOwn(config, '_base_')) return copyConfig(child)
  let merged: ConfigDict = {}
  const owners = new Map<string, string>()
  for (const [index, base] of (Array.isArray(bases) ? bases : [bases]).entries()) {
    const name = typeof base === 'string' ? `'${base}'` : `the imported config at _base_[${index}]`
    const resolved = await resolveBase(base, file, chain, [...objects, config])
    for (const key of Object.keys(resolved)) {
      const owner = owners.get(key)
      if (owner !== undefined) {
        throw new TesseraError('CONFIG_MERGE', {
          what: `two bases of ${file ?? 'an imported config'} set the same top-level key: ${owner} and ${name}`,
          path: key,
          hint: 'Bases side by side must not overlap; make one the base of the other.',
        })
      }
      owners.set(key, name)
    }
    merged = mergeConfig(merged, resolved)
  }
  return mergeConfig(merged, child)
}

async function resolveBase(
  base: unknown,
  file: string | undefined,
  chain: readonly string[],
  objects: readonly object[],
): Promise<ConfigDict> {
  if (typeof base === 'string') {
    if (base.includes('::')) {
      throw new TesseraError('UNSUPPORTED', {
        what: 'bases in other packages are not found by name',
        path: '_base_',
        got: base,
        hint: 'In a TypeScript config, import the base from its package and put the object into _base_.',
      })
    }
    if (file === undefined) {
      throw new TesseraError('INVALID_CONFIG', {
        what: 'an imported config names its base by path, relative to nothing that is known',
        path: '_base_',
        got: base,
        hint: 'Import the base there, and put the object into _base_.',
      })
    }
    return readWithBases(resolve(dirname(file), base), chain)
  }
  if (isPlainObject(base)) return resolveBases(base, FILES.get(base), chain, objects)
  throw new TesseraError('INVALID_CONFIG', {
    what: `a base of ${file ?? 'an imported config'} is no config`,
    path: '_base_',
    got: base,
    expected: 'a path, an imported config, or a list of both',
  })
}
