import { existsSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { TesseraError } from '../errors.js'
import { packageFolder } from './packageFolder.js'
import { type ConfigDict, isPlainObject } from './plainObject.js'

/** Where a package keeps its configs: named from its root, in `configs`, or where MIM puts them. */
const PLACES = ['', 'configs', '.mim/configs']

export interface PackageBase {
  readonly file: string
  /** The scope that the package's types are looked up in: its name. */
  readonly scope: string
}

/**
 * The config that `package::path` names, as seen from the file that names it (MMEngine's cross-repository bases, on npm packages).
 * @throws TesseraError CONFIG_NOT_FOUND if the package is not installed, INVALID_CONFIG for a path that leads out of it
 */
export function locatePackageBase(base: string, askedBy: string): PackageBase {
  const at = base.indexOf('::')
  const scope = base.slice(0, at)
  const path = base.slice(at + 2)
  const folder = packageFolder(scope, askedBy)
  if (folder === undefined) {
    throw new TesseraError('CONFIG_NOT_FOUND', {
      what: `the package of this base is not installed; ${askedBy} asks for it`,
      path: '_base_',
      got: base,
      expected: 'the name of an npm package, two colons, and a path in it',
      hint: `npm install ${scope}, or copy the base and name it by its path.`,
    })
  }
  const candidates = PLACES.map((place) => resolve(folder, place, path))
  if (candidates.some((file) => relative(folder, file).startsWith('..')))
    throw new TesseraError('INVALID_CONFIG', { what: 'this base leads out of its package', path: '_base_', got: base })
  return { file: candidates.find((file) => existsSync(file)) ?? join(folder, path), scope }
}

/** A copy in which the outermost sections with a `type` say which scope their names belong to; one that says so already keeps it. */
export function withScope(config: ConfigDict, scope: string): ConfigDict {
  const add = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(add)
    if (!isPlainObject(value)) return value
    if (Object.hasOwn(value, 'type')) return Object.hasOwn(value, '_scope_') ? value : { ...value, _scope_: scope }
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, add(child)]))
  }
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, add(value)]))
}
