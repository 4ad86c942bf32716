import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { optimPlugin } from './plugin.js'

/** Classes under a registration decorator, read from the sources. */
function decorated(folder: URL): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return decorated(new URL(`${entry.name}/`, folder))
    if (!entry.name.endsWith('.ts') || entry.name.endsWith('.test.ts')) return []
    const source = readFileSync(new URL(entry.name, folder), 'utf8')
    return [...source.matchAll(/^@[A-Z_]+\.registerModule\([^)]*\)\nexport class (\w+)/gm)].map((match) => match[1] ?? '')
  })
}

test('the list names every registered class of this package', () => {
  const names = optimPlugin.map((component) => component.name)
  expect(names).toEqual(decorated(new URL('./', import.meta.url)).sort())
})
