import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, isAbsolute, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { TesseraError } from '../errors.js'
import { type ConfigDict, isPlainObject, ownValue } from './plainObject.js'

/** `custom_imports` of one file with its relative paths made absolute: they are relative to the file that says them, base or child. */
export function anchorImports(config: ConfigDict, file: string): ConfigDict {
  const section = ownValue(config, 'custom_imports')
  if (!isPlainObject(section)) return config
  const imports = ownValue(section, 'imports')
  const anchor = (name: unknown): unknown => (typeof name === 'string' && name.startsWith('.') ? resolve(dirname(file), name) : name)
  const anchored = Array.isArray(imports) ? imports.map(anchor) : anchor(imports)
  return { ...config, custom_imports: { ...section, ...(imports === undefined ? {} : { imports: anchored }) } }
}

/**
 * Imports the modules that register a config's own components.
 * @param file the config, whose folder packages are looked up from
 * @returns the failures that `allow_failed_imports` allows, as sentences
 * @throws TesseraError INVALID_CONFIG naming the entry
 */
export async function importPlugins(config: ConfigDict, file: string): Promise<string[]> {
  const section = ownValue(config, 'custom_imports')
  // What is no section is reported when the config is checked as a whole.
  if (!isPlainObject(section)) return []
  const imports = ownValue(section, 'imports')
  const failures: string[] = []
  for (const [index, name] of (Array.isArray(imports) ? imports : [imports]).entries()) {
    if (typeof name !== 'string') continue
    try {
      await importModule(name, file)
    } catch (error) {
      if (error instanceof TesseraError) throw error
      const failure = new TesseraError('INVALID_CONFIG', {
        what: `a module cannot be imported: ${messageOf(error)}`,
        path: Array.isArray(imports) ? `custom_imports.imports[${index}]` : 'custom_imports.imports',
        got: name,
        expected: 'a file relative to the config, or an installed package',
        cause: error,
      })
      if (ownValue(section, 'allow_failed_imports') !== true) throw failure
      failures.push(failure.message)
    }
  }
  return failures
}

/** Imports a file or a package, as the config's own folder would find it. */
export async function importModule(name: string, file: string): Promise<void> {
  await import(locate(name, file))
}

function locate(name: string, file: string): string {
  if (isAbsolute(name)) return pathToFileURL(name).href
  if (existsSync(resolve(dirname(file), name))) return pathToFileURL(resolve(dirname(file), name)).href
  try {
    return pathToFileURL(createRequire(file).resolve(name)).href
  } catch {
    // A package for import() only does not resolve this way; then it is looked up from here.
    return name
  }
}

/** The first line of what was thrown. */
export function messageOf(error: unknown): string {
  const message = typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error)
  return message.split('\n')[0] ?? ''
}
