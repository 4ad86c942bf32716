import { describe, expect, test } from '@jest/globals'
import '@tessera/configs'
import {
  dumpConfig,
  type Entry,
  listComponents,
  loadConfigText,
  optionErrors,
  type Registry,
  ROOT_REGISTRIES,
  unnamedPlaces,
} from '@tessera/core'
import { houseDocs } from '../tools/docs/houseDocs.js'
import { minimalConfig } from './minimalConfig.js'

// A component is held to the house's promises by being registered: no list of names stands here.
const COMPONENTS = Object.values<Registry>(ROOT_REGISTRIES)
  .flatMap((registry) => [...registry.walk()])
  .map(({ registry, entry }): [name: string, registry: Registry, entry: Entry] => [`${registry.name} ${entry.name}`, registry, entry])
const LISTED = listComponents(undefined, houseDocs())

test('there is something to walk', () => {
  expect(COMPONENTS.length).toBeGreaterThan(140)
})

/** Its other options are those of the component that it names, which refuses what it does not know when it is built. */
const HANDS_OPTIONS_ON = ['EMAHook']

test('only these take options that are not their own', () => {
  const open = COMPONENTS.filter(([, , { module }]) =>
    optionErrors(module.schema, { no_such_option: 1 }, { type: 'x' }).every(isNotUnknown),
  )
  expect(open.map(([, , { name }]) => name)).toEqual(HANDS_OPTIONS_ON)
})

describe('refuses an option that it does not have, and names the nearest that it has', () => {
  test.each(COMPONENTS.filter(([, , { name }]) => !HANDS_OPTIONS_ON.includes(name)))('%s', (_name, _registry, { name, module }) => {
    const [option] = Object.keys(entriesOf(module.schema)).filter((key) => key.length > 2)
    const misspelt = `${option ?? 'option'}x`
    const [error] = optionErrors(module.schema, { [misspelt]: 1 }, { type: name })
    expect(error?.message).toContain(`${misspelt}: ${name} has no option '${misspelt}'`)
    if (option !== undefined) expect(error?.details.nearest).toContain(option)
  })
})

describe('says what it is, and what each option means', () => {
  test.each(LISTED.map((listed) => [`${listed.registry} ${listed.type}`, listed] as const))('%s', (_name, { doc, options }) => {
    expect(doc ?? '').not.toBe('')
    expect(options.filter((option) => option.doc === undefined && !option.name.includes('.')).map((option) => option.name)).toEqual([])
  })
})

describe('says of every component inside it which registry that is from', () => {
  test.each(COMPONENTS)('%s', (_name, _registry, { module }) => {
    expect(unnamedPlaces(module.schema)).toEqual([])
  })
})

describe('comes back the same from a file that its smallest config is written to', () => {
  test.each(COMPONENTS)('%s', async (_name, registry, entry) => {
    const section = minimalConfig(registry, entry)
    for (const format of ['json', 'yaml', 'py', 'ts'] as const) {
      const read = await loadConfigText(dumpConfig({ section }, format), `.${format}`, { trusted: true })
      expect(read.config['section']).toEqual(section)
    }
  })
})

function isNotUnknown({ message }: Error): boolean {
  return !message.includes('has no option')
}

function entriesOf(schema: unknown): object {
  return typeof schema === 'object' &&
    schema !== null &&
    'entries' in schema &&
    typeof schema.entries === 'object' &&
    schema.entries !== null
    ? schema.entries
    : {}
}
