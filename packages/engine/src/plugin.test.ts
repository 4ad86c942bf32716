import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { ROOT_REGISTRIES } from '@tessera/core'
import { enginePlugin } from './plugin.js'

const source = new URL('.', import.meta.url)

test('the list names every registered class of the package, and only those', () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
  )
  const registered = files.flatMap((name) =>
    [...readFileSync(new URL(name, source), 'utf8').matchAll(/@[A-Z_]+\.registerModule\([^)]*\)\nexport class (\w+)/g)].map(
      ([, found]) => found,
    ),
  )
  expect(registered.sort()).toEqual(enginePlugin.map(({ name }) => name).sort())
})

test('each is found by its name and has a schema', () => {
  for (const component of enginePlugin) {
    const registry = Object.values(ROOT_REGISTRIES).find((one) => one.get(component.name)?.module === component)
    expect(registry).toBeDefined()
    expect(component.schema).toBeDefined()
  }
})
