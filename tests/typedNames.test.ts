import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import '@tessera/configs'
import { ROOT_REGISTRIES } from '@tessera/core'

// A name that is registered but in no map of types runs, and is an error to the compiler. Here the two are held together.
const PACKAGES = join(import.meta.dirname, '../packages')

/** Registries whose sections core writes out itself (`DataLoaderSection`). */
const WRITTEN_OUT = ['DATA_LOADERS']

/** What the engine reads itself: evaluators by name are a group, no class, so `list_registry` does not know it. */
const READ_BY_THE_ENGINE = ['EvaluatorDict']

/** The names in `interface ModelTypes { … }` and its kin, over all packages. */
function typedNames(): Set<string> {
  const names = new Set<string>()
  for (const file of readdirSync(PACKAGES, { recursive: true, encoding: 'utf8' })) {
    if (!/^[\w-]+\/src\/.*\.ts$/.test(file) || file.includes('.test.')) continue
    for (const [, body = ''] of readFileSync(join(PACKAGES, file), 'utf8').matchAll(/^ {2}interface \w+Types \{([^}]*)\}/gm)) {
      for (const [, name = ''] of body.matchAll(/^ +'?([\w$-]+)'?:/gm)) names.add(name)
    }
  }
  return names
}

test('every registered name is known to the compiler, and every name that it knows is registered, but for those that the engine reads', () => {
  const registered = Object.entries(ROOT_REGISTRIES)
    .filter(([name]) => !WRITTEN_OUT.includes(name))
    .flatMap(([, registry]) => registry.list())
  const typed = typedNames()
  expect(registered.filter((name) => !typed.has(name))).toEqual([])
  expect([...typed].filter((name) => !registered.includes(name)).sort()).toEqual(READ_BY_THE_ENGINE)
  expect(registered.length).toBeGreaterThan(150)
})
