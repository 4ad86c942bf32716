import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type DumpFormat, dumpConfig } from './dumpConfig.js'
import { createSession } from './loadSession.js'
import { parseConfigText } from './parseConfigText.js'
import type { ConfigDict } from './plainObject.js'
import { readWithBases } from './resolveBases.js'

const folder = mkdtempSync(join(tmpdir(), 'tessera-dump-'))
afterAll(() => rmSync(folder, { recursive: true }))

let files = 0
async function dumpAndRead(config: ConfigDict, format: DumpFormat): Promise<ConfigDict> {
  const file = join(folder, `${files++}.${format}`)
  writeFileSync(file, dumpConfig(config, format))
  return readWithBases(file, createSession())
}

const CONFIG = {
  optim_wrapper: { optimizer: { lr: 4e-3, betas: [0.9, 0.999], eps: 1e-8 }, constructor: 'LearningRateDecayOptimWrapperConstructor' },
  custom_keys: { '.cls_token': { decay_mult: 0 }, 'a b': 'x', "it's": '"quoted" \\ {{}} \n\u2028 é 😀' },
  strings: ['true', 'null', '1e3', '012', '~', '', ' x ', '<<', '# no comment', '- a', '[1', '*alias', '!tag'],
  nested: [[1, [2, []]], [{ a: {} }]],
  '<<': 'no merge',
  prototype: null,
  small: 5e-324,
}

describe.each(['ts', 'json', 'yaml'] as const)('dumpConfig as %s', (format) => {
  test('comes back equal, keys in order', async () => {
    expect(JSON.stringify(await dumpAndRead(CONFIG, format))).toBe(JSON.stringify(CONFIG))
  })

  test('is stable: what comes back is written the same', async () => {
    expect(dumpConfig(await dumpAndRead(CONFIG, format), format)).toBe(dumpConfig(CONFIG, format))
  })

  test('undefined is not given, and a class is written by its name', async () => {
    class Custom {}
    expect(await dumpAndRead({ a: undefined, model: { type: Custom } }, format)).toEqual({ model: { type: 'Custom' } })
  })

  test.each<[string, ConfigDict, RegExp]>([
    ['a function', { a: { b: [() => 1] } }, /^a\.b\[0\]: a \w+ file cannot hold this value; got a function/],
    ['an instance', { a: new Date(0) }, /^a: a \w+ file cannot hold this value/],
    ['a list with a hole', { a: [undefined] }, /^a\[0\]: /],
  ])('%s is an error', (_name, config, message) => {
    expect(() => dumpConfig(config, format)).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED', message: expect.stringMatching(message) }),
    )
  })
})

test.each(['ts', 'yaml'] as const)('numbers beyond JSON survive in %s', async (format) => {
  expect(await dumpAndRead({ a: [Infinity, -Infinity, Number.NaN, -0] }, format)).toEqual({ a: [Infinity, -Infinity, Number.NaN, -0] })
})

test('JSON refuses what it would turn into null', () => {
  expect(() => dumpConfig({ clip_grad: { norm_type: Infinity } }, 'json')).toThrow(
    /^clip_grad\.norm_type: a json file cannot hold this value; got Infinity/,
  )
})

test.each(['json', 'yaml'] as const)('any config comes back from %s', (format) => {
  const { section } = fc.letrec<{ value: unknown; section: ConfigDict }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(null, true, false),
      fc.string({ unit: 'grapheme' }),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0),
      fc.array(tie('value'), { maxLength: 3 }),
      tie('section'),
    ),
    section: fc.dictionary(
      fc.string({ unit: 'grapheme' }).filter((key) => key !== '__proto__' && key !== '_delete_'),
      tie('value'),
      { maxKeys: 4, noNullPrototype: true },
    ),
  }))
  fc.assert(
    fc.property(section, (config) => {
      const text = dumpConfig(config, format)
      // Placeholders are refused when read; a random string that looks like one proves nothing here.
      fc.pre(!text.includes('{{'))
      expect(JSON.stringify(parseConfigText(text, format, 'x'))).toBe(JSON.stringify(config))
    }),
  )
})
