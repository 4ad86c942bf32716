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
  const note = (scope: unknown, path: string): void => {
    if (typeof scope === 'string' && scope !== '' && !scopes.has(scope)) scopes.set(scope, path)
  }
  const walk = (value: unknown, path: string): void => {
    if (Array.isArray(value)) value.forEach((item, index) => void walk(item, joinPath(path, index)))
    else if (isPlainObject(value)) {
      note(ownValue(value, '_scope_'), joinPath(path, '_scope_'))
      const type = ownValue(value, 'type')
      if (typeof type === 'string' && type.indexOf('.') > 0) note(type.slice(0, type.indexOf('.')), joinPath(path, 'type'))
      for (const [key, child] of Object.entries(value)) walk(child, joinPath(path, key))
    }
  }
  note(ownValue(config, 'default_scope'), 'default_scope')
  walk(config, '')
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
