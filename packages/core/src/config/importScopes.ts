import { TesseraError } from '../errors.js'
import { isKnownScope } from '../registry/root.js'
import { isPlugin, packageFolder } from './packageFolder.js'
import { isPlainObject, joinPath, ownValue } from './plainObject.js'
import { importModule, messageOf } from './pluginImports.js'

/**
 * Imports the plugin packages that a config names as scopes (`default_scope`, `_scope_`, `type: 'my-plugin.Net'`) and that are not
 * there yet. Only a package that depends on @tessera/core is a plugin; nothing else is run because a config spells its name.
 * @param file the config, whose folder packages are looked up from
 * @returns a sentence for each scope that stays unknown; types in it are then looked up as if it were not there
 * @throws TesseraError INVALID_CONFIG for a plugin that fails while it loads
 */
export async function importScopes(config: object, file: string): Promise<string[]> {
  const unknown: string[] = []
  for (const [scope, path] of scopesOf(config)) {
    if (isKnownScope(scope)) continue
    const folder = packageFolder(scope, file)
    if (folder !== undefined && isPlugin(folder)) await importPackage(scope, file, path)
    // A dotted `type` is often no scope at all (`torchvision.x`); what is not registered is reported when it is built.
    if (!isKnownScope(scope) && !path.endsWith('type')) {
      unknown.push(`${path}: no installed plugin registers anything under the scope '${scope}'; its names are looked up without it`)
    }
  }
  return unknown
}

/** Each scope with the first place that names it. */
export function scopesOf(config: object): Map<string, string> {
  const scopes = new Map<string, string>()
  const keys: (string | number)[] = []
  const note = (scope: string, ...more: string[]): void => {
    if (scope !== '' && !scopes.has(scope)) scopes.set(scope, [...keys, ...more].reduce<string>(joinPath, ''))
  }
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    if (Array.isArray(value)) {
      for (let index = 0; index < value.length; index++) enter(index, value[index])
    } else if (isPlainObject(value)) {
      const scope = ownValue(value, '_scope_')
      if (typeof scope === 'string') note(scope, '_scope_')
      const type = ownValue(value, 'type')
      if (typeof type === 'string' && type.indexOf('.') > 0) note(type.slice(0, type.indexOf('.')), 'type')
      for (const key of Object.keys(value)) enter(key, value[key])
    }
  }
  const enter = (key: string | number, child: unknown): void => {
    if (typeof child !== 'object' || child === null) return
    keys.push(key)
    walk(child)
    keys.pop()
  }
  const common = ownValue(config, 'default_scope')
  if (typeof common === 'string') note(common, 'default_scope')
  walk(config)
  return scopes
}

async function importPackage(name: string, file: string, path: string): Promise<void> {
  try {
    await importModule(name, file)
  } catch (error) {
    if (error instanceof TesseraError) throw error
    throw new TesseraError('INVALID_CONFIG', {
      what: `the plugin of this scope cannot be loaded: ${messageOf(error)}`,
      path,
      got: name,
      cause: error,
    })
  }
}
