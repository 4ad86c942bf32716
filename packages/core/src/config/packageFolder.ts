import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isPlainObject, ownValue } from './plainObject.js'

/** npm's names: no path in disguise. */
const PACKAGE_NAME = /^(?:@[a-z0-9~-][\w.~-]*\/)?[a-z0-9~-][\w.~-]*$/i

/**
 * Where an installed package stands, seen from a file: in a node_modules folder on the way up, or the file's own package.
 * Nothing in the package is run.
 */
export function packageFolder(name: string, file: string): string | undefined {
  if (!PACKAGE_NAME.test(name)) return undefined
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const installed = join(folder, 'node_modules', name)
    if (existsSync(join(installed, 'package.json'))) return installed
    if (packageManifest(folder)['name'] === name) return folder
    if (folder === dirname(folder)) return undefined
  }
}

/** Whether a package builds on this one, and so may register components. */
export function isPlugin(folder: string): boolean {
  const manifest = packageManifest(folder)
  return ['dependencies', 'peerDependencies'].some((kind) => {
    const needed = ownValue(manifest, kind)
    return isPlainObject(needed) && Object.hasOwn(needed, '@tessera/core')
  })
}

/** Its package.json; an empty object if there is none that can be read. */
function packageManifest(folder: string): Readonly<Record<string, unknown>> {
  const file = join(folder, 'package.json')
  if (!existsSync(file)) return {}
  try {
    const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return isPlainObject(manifest) ? manifest : {}
  } catch {
    return {}
  }
}
