import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

export const ROOT = join(import.meta.dirname, '../..')

/** The entries of all packages that register components. */
export function packageSources(): string[] {
  return entriesIn('packages').filter((entry) => existsSync(join(entry, '../plugin.ts')))
}

/** The entries of the examples' plugins. */
export function exampleSources(): string[] {
  return entriesIn('examples')
}

function entriesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder))
    .map((name) => join(ROOT, folder, name, 'src/index.ts'))
    .filter((entry) => existsSync(entry))
}
