import { dirname, resolve } from 'node:path'
import { TesseraError } from '../errors.js'
import { mergeConfig } from './mergeConfig.js'
import { type ConfigDict, isPlainObject } from './plainObject.js'
import { readConfigFile } from './readConfigFile.js'

/** The config of a file with all its bases merged in. */
export async function readWithBases(file: string, chain: readonly string[] = []): Promise<ConfigDict> {
  if (chain.includes(file)) {
    throw new TesseraError('CONFIG_CYCLE', {
      what: 'the bases lead back to this file',
      path: file,
      got: [...chain.slice(chain.indexOf(file)), file].join(' → '),
    })
  }
  return resolveBases(await readConfigFile(file, chain.at(-1)), file, [...chain, file])
}

/**
 * Merges `_base_` under a config: siblings first, which must not share a top-level key, then the config over them.
 * @param origin file the config stands in; undefined for an imported object, whose paths then have nothing to be relative to
 */
async function resolveBases(config: ConfigDict, origin: string | undefined, chain: readonly string[]): Promise<ConfigDict> {
  if (!Object.hasOwn(config, '_base_')) return config
  const { _base_: bases, ...own } = config
  let merged: ConfigDict = {}
  const owners = new Map<string, string>()
  for (const [index, base] of (Array.isArray(bases) ? bases : [bases]).entries()) {
    const name = typeof base === 'string' ? base : `_base_[${index}]`
    const resolved = await resolveBase(base, origin, chain)
    for (const key of Object.keys(resolved)) {
      const owner = owners.get(key)
      if (owner !== undefined) {
        throw new TesseraError('CONFIG_MERGE', {
          what: `two bases set the same key: ${owner} and ${name}`,
          path: key,
          hint: 'Bases side by side must not overlap; make one the base of the other.',
        })
      }
      owners.set(key, name)
    }
    merged = mergeConfig(merged, resolved)
  }
  return mergeConfig(merged, own)
}

async function resolveBase(base: unknown, origin: string | undefined, chain: readonly string[]): Promise<ConfigDict> {
  if (typeof base === 'string') {
    if (origin === undefined) {
      throw new TesseraError('INVALID_CONFIG', {
        what: 'an imported config names its base by path, relative to nothing that is known',
        path: '_base_',
        got: base,
        hint: 'Import the base there, and put the object into _base_.',
      })
    }
    return readWithBases(resolve(dirname(origin), base), chain)
  }
  if (isPlainObject(base)) return resolveBases(base, undefined, chain)
  throw new TesseraError('INVALID_CONFIG', { what: 'a base is a path or an imported config', path: '_base_', got: base })
}
