import { describe, expect, test } from '@jest/globals'
import { Environment } from './environment.js'
import { parseConfigText } from './parseConfigText.js'
import { fillPlaceholders } from './placeholders.js'

const FILE = '/home/me/configs/vit-b.yaml'
const BASE = { lr: 0.1, optim: { betas: [0.9, 0.999], 'a.b': 1, constructor: 'C' }, name: 'vit' }

function fill(value: unknown, variables: Record<string, string> = {}): unknown {
  return fillPlaceholders(value, { file: FILE, environment: new Environment(variables), base: BASE })
}

describe('predefined variables', () => {
  test.each([
    ['{{ fileDirname }}/x', '/home/me/configs/x'],
    ['{{fileBasename}}', 'vit-b.yaml'],
    ['work_dirs/{{ fileBasenameNoExtension }}', 'work_dirs/vit-b'],
    ['{{ fileExtname }}{{ fileExtname }}', '.yaml.yaml'],
    ['{{ anything }} {{ fileName }} {fileDirname}', '{{ anything }} {{ fileName }} {fileDirname}'],
  ])('%s', (text, expected) => {
    expect(fill({ a: [text] })).toEqual({ a: [expected] })
  })

  test('mean nothing where there is no file', () => {
    expect(() => fillPlaceholders({ a: ['{{ fileDirname }}'] }, { file: undefined, environment: new Environment({}), base: {} })).toThrow(
      /^a\[0\]: this config does not come from a file.*'\{\{ fileDirname \}\}'/,
    )
  })
})

describe('environment variables', () => {
  test.each<[string, unknown]>([
    ['{{$ROOT:/data}}/images', '/mnt/images'],
    ['{{$NONE:/data}}/images', '/data/images'],
    ['{{$ROOT}}', '/mnt'],
    ['{{ $ROOT : /data }}', '/mnt'],
    ['{{$COUNT:3}}', '12'],
    ["{{'$COUNT:3'}}", 12],
    ["{{'$NONE:3e-4'}}", 3e-4],
    ["{{'$NONE:True'}}", true],
    ["{{'$NONE:None'}}", null],
    ["{{'$NONE:[1,2]'}}", [1, 2]],
    ['{{"$COUNT:3"}}', 12],
    ["x{{'$COUNT:3'}}", 'x12'],
    ['{{$EMPTY:x}}', ''],
    ['{{$ROOT:a}}-{{$COUNT:b}}', '/mnt-12'],
  ])('%s', (text, expected) => {
    expect(fill(text, { ROOT: '/mnt', COUNT: '12', EMPTY: '' })).toEqual(expected)
  })

  test('what was read is known afterwards, defaults are not', () => {
    const environment = new Environment({ A: '1', B: '2' })
    fillPlaceholders({ x: '{{$A:0}}', y: '{{$C:0}}' }, { file: FILE, environment, base: {} })
    expect(environment.used).toEqual({ A: '1' })
  })

  test('one that is missing names itself, the place, and what to do', () => {
    for (const text of ['{{$DATA:}}', '{{$DATA}}']) {
      expect(() => fill({ a: { b: text } })).toThrow(
        '/home/me/configs/vit-b.yaml: a.b: the environment variable DATA is not set, and the config gives no default. Set it (DATA=… npx tsx tools/…), or write {{$DATA:default}}.',
      )
    }
  })

  test('what is set is a value, never more text to fill in, nor an inherited property', () => {
    const text = '{{ fileDirname }}{{$B:y}}{{_base_.lr}}'
    expect(fill('{{$A:x}}', { A: text })).toBe(text)
    expect(() => fill('{{$toString}}')).toThrow(/toString is not set/)
  })

  test('a config from a stranger reads none', () => {
    expect(() => fillPlaceholders('{{$HOME:x}}', { file: FILE, environment: new Environment(undefined), base: {} })).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED', message: expect.stringContaining("got 'HOME'") }),
    )
  })
})

describe('references to the bases', () => {
  test.each<[unknown, unknown]>([
    ['{{_base_.lr}}', 0.1],
    ['{{ _base_.optim.betas }}', [0.9, 0.999]],
    ['{{_base_.optim.betas.1}}', 0.999],
    [{ a: ['x/{{_base_.name}}/{{_base_.lr}}'] }, { a: ['x/vit/0.1'] }],
    ['{{_base_.optim.constructor}}', 'C'],
    ['{{_base.lr}}', '{{_base.lr}}'],
  ])('%j', (value, expected) => {
    expect(fill(value)).toEqual(expected)
  })

  test.each([
    ['{{_base_.lrr}}', /the bases have no _base_\.lrr; got '\{\{_base_\.lrr\}\}'\. Did you mean 'lr'\?/],
    ['{{_base_.optim.beta}}', /no _base_\.optim\.beta.*Did you mean 'betas'/],
    ['{{_base_.lr.x}}', /no _base_\.lr\.x/],
    ['{{_base_.toString}}', /no _base_\.toString/],
    ['{{_base_.optim.betas.length}}', /no _base_\.optim\.betas\.length/],
    ['{{_base_.optim.betas.2}}', /no _base_\.optim\.betas\.2/],
  ])('%s is an error', (text, message) => {
    expect(() => fill({ k: text })).toThrow(expect.objectContaining({ code: 'INVALID_CONFIG', message: expect.stringMatching(message) }))
  })
})

// As in MMEngine, a placeholder needs no quotes; then it may be more than a string.
describe('bare placeholders in text', () => {
  const filled = (format: 'json' | 'yaml', text: string): unknown => fill(parseConfigText(text, format, FILE), { N: '7' })

  test.each<[string, unknown]>([
    ['{"a": {{_base_.optim.betas}}, "b": "{{_base_.name}}"}', { a: [0.9, 0.999], b: 'vit' }],
    ['{"n": {{$N:80}}, "m": {{\'$M:80\'}}, "s": "{{$N:80}}"}', { n: 7, m: 80, s: '7' }],
    ['{"a": "say \\"{{_base_.name}}\\" {{$N:1}}", "{{": 1}', { a: 'say "vit" 7', '{{': 1 }],
  ])('JSON %s', (text, expected) => {
    expect(filled('json', text)).toEqual(expected)
  })

  test.each<[string, unknown]>([
    ['a: {{_base_.optim.betas}}\nb: "{{_base_.name}}"', { a: [0.9, 0.999], b: 'vit' }],
    ["n: {{$N:80}}\nm: {{'$M:80'}}\ns: '{{$N:80}}'", { n: 7, m: 80, s: '7' }],
    ['l: [{{_base_.lr}}, x/{{_base_.name}}]\nplaceholder: {{$N:1}}/x # {{ fileBasename }}', { l: [0.1, 'x/vit'], placeholder: '7/x' }],
    ['d: {{ fileDirname }}/data', { d: '/home/me/configs/data' }],
  ])('YAML %s', (text, expected) => {
    expect(filled('yaml', text)).toEqual(expected)
  })
})
