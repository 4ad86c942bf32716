import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { loadConfigText } from './loadConfigText.js'
import { changed, isDataOrError } from './testing/hostileText.js'
import { processorTime } from './testing/processorTime.js'

/** A sample by default; `npm run test:fuzz` runs a hundred thousand inputs. */
const RUNS = process.env['TESSERA_FUZZ'] === undefined ? 500 : 17_000

const JSON_CONFIG = `{
  "model": { "type": "ImageClassifier", "backbone": { "type": "VisionTransformer", "arch": "b", "drop_rate": 0.0, "out": [-1, 2e3] } },
  "a": [{ "b": null, "c": "x/y" }, true, false, "\\u00e9\\n"], "constructor": { "prototype": 1 }
}`

const YAML_CONFIG = `model: &m
  type: ImageClassifier # a comment
  backbone: { type: VisionTransformer, arch: b, out: [-1, 2e3] }
other:
  <<: *m
  text: |
    one
      two
  list:
    - 'a'
    - ~
    - "x/y"
    - [.inf, -.inf, 0x1F, 1_000, 2001-12-14, yes]
  ? key
  : !!str 12
constructor: 1
`

const read = (format: string) => (text: string) => isDataOrError(async () => (await loadConfigText(text, format)).config)

test.each([
  ['.json', JSON_CONFIG],
  ['.yaml', YAML_CONFIG],
])('the %s that is changed is itself one that loads', async (format, text) => {
  expect(Object.keys((await loadConfigText(text, format)).config)).toContain('model')
})

test.each([
  ['.json', JSON_CONFIG],
  ['.yaml', YAML_CONFIG],
])(
  'any change of a %s is data or an error',
  async (format, text) => {
    await fc.assert(fc.asyncProperty(changed(text), read(format)), { numRuns: RUNS })
  },
  600_000,
)

test.each(['.json', '.yaml'])(
  'any text as %s is data or an error',
  async (format) => {
    const marks = fc.array(fc.constantFrom(...'{}[]:,-&*<|>!#\'" \n\tab1'), { maxLength: 40 }).map((parts) => parts.join(''))
    await fc.assert(fc.asyncProperty(fc.oneof(marks, fc.string({ unit: 'binary', maxLength: 60 })), read(format)), { numRuns: RUNS })
  },
  600_000,
)

test.each([
  ['.json', `{ "a": ${'['.repeat(100_000)}`],
  ['.json', `{ "a": ${'['.repeat(5000)}${']'.repeat(5000)} }`],
  ['.yaml', `a: ${'['.repeat(5000)}`],
  ['.yaml', `a: ${'- '.repeat(5000)}`],
  [
    '.yaml',
    `${Array.from({ length: 30 }, (_, i) => `k${i}: &a${i} [${i === 0 ? '1' : `*a${i - 1}, *a${i - 1}, *a${i - 1}`}]`).join('\n')}`,
  ],
  ['.yaml', 'a: &a { b: *a }'],
])('%s: a bomb is an error, within a second', async (format, text) => {
  const took = await processorTime(() =>
    expect(loadConfigText(text, format)).rejects.toMatchObject({ code: expect.stringMatching(/^[A-Z_]+$/) }),
  )
  expect(took).toBeLessThan(1000)
})
