import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type DumpFormat, dumpConfig } from './dumpConfig.js'
import { loadConfigText } from './loadConfigText.js'
import { createSession } from './loadSession.js'
import type { ConfigDict } from './plainObject.js'
import { readWithBases } from './resolveBases.js'
import { tuple } from './tuple.js'

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

test.each(['ts', 'yaml', 'json'] as const)('infinities and -0 survive in %s', async (format) => {
  expect(await dumpAndRead({ a: [Infinity, -Infinity, -0] }, format)).toEqual({ a: [Infinity, -Infinity, -0] })
})

test.each(['ts', 'yaml'] as const)('NaN survives in %s, and JSON says that it cannot', async (format) => {
  expect(await dumpAndRead({ a: Number.NaN }, format)).toEqual({ a: Number.NaN })
  expect(() => dumpConfig({ a: [Number.NaN] }, 'json')).toThrow(/^a\[0\]: a json file cannot hold this value; got NaN/)
})

test.each([
  ['json', 300],
  ['yaml', 300],
  ['py', 300],
  ['ts', 30],
] as const)('any config comes back from %s, keys in order', async (format, numRuns) => {
  const key = fc.string({ unit: 'grapheme' }).filter((text) => text !== '__proto__' && !text.startsWith('_') && !text.includes('{{'))
  const { section } = fc.letrec<{ value: unknown; section: ConfigDict }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(null, true, false, Infinity, -Infinity),
      // A placeholder is filled in when it is read; a random string that looks like one proves nothing here.
      fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('{{')),
      fc.double({ noNaN: true }),
      fc.array(tie('value'), { maxLength: 3 }),
      ...(format === 'py' ? [fc.array(tie('value'), { maxLength: 3 }).map((items) => tuple(...items))] : []),
      tie('section'),
    ),
    section: fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  }))
  await fc.assert(
    fc.asyncProperty(section, async (config) => {
      const read = await loadConfigText(dumpConfig({ free: config }, format), `.${format}`, { trusted: true })
      expect(read.config).toEqual({ free: config })
      expect(dumpConfig(read.config, format)).toBe(dumpConfig({ free: config }, format))
    }),
    { numRuns },
  )
})

describe('Python', () => {
  test('reads like a recipe that somebody wrote', () => {
    const config = {
      model: { type: 'ViT', arch: 'b', sizes: [1, 2.5], pair: tuple(0.9, 0.999), one: tuple('x'), stages: [{ type: 'A' }, []], none: {} },
      custom_keys: { '.cls_token': { decay_mult: 0 }, lambda: 1 },
      odd: ["it's", 'a "b"', 'line\n', null, true, false, Infinity, -Infinity, Number.NaN, -0, 1e-8],
    }
    expect(dumpConfig(config, 'py')).toBe(`model = dict(
    type='ViT',
    arch='b',
    sizes=[1, 2.5],
    pair=(0.9, 0.999),
    one=('x',),
    stages=[
        dict(
            type='A',
        ),
        [],
    ],
    none=dict(),
)
custom_keys = {
    '.cls_token': dict(
        decay_mult=0,
    ),
    'lambda': 1,
}
odd = ["it's", "a \\"b\\"", "line\\n", None, True, False, float('inf'), -float('inf'), float('nan'), -0.0, 1e-8]
`)
  })

  test.each(['a b', 'lambda', 'dict', '__x', 'é', ''])('cannot have %j at the top level', (key) => {
    expect(() => dumpConfig({ [key]: 1 }, 'py')).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED', message: expect.stringMatching(/a Python recipe cannot have this key/) }),
    )
  })
})
