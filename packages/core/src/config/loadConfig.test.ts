import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals'
import { TesseraError } from '../errors.js'
import { MODELS } from '../registry/root.js'
import { loadConfig } from './loadConfig.js'

const root = mkdtempSync(join(tmpdir(), 'tessera-config-'))
afterAll(() => rmSync(root, { recursive: true }))

let folder = root
let tests = 0
beforeEach(() => {
  folder = join(root, String(tests++))
})

/** A module is imported once a path, so each test has a folder of its own. */
function write(name: string, text: string): string {
  const file = join(folder, name)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  return file
}

async function failure(file: string, ...overrides: string[]): Promise<TesseraError> {
  const error: unknown = await loadConfig(file, { overrides }).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof TesseraError) return error
  throw new Error(`not a TesseraError: ${String(error)}`)
}

describe('loadConfig reads', () => {
  test.each([
    ['a.ts', "const lr: number = 0.1\nexport default { model: { type: 'M', lr, constructor: 'C' } }"],
    ['a.js', "export default { model: { type: 'M', lr: 0.1, constructor: 'C' } }"],
    ['a.mjs', "export default () => ({ model: { type: 'M', lr: 0.1, constructor: 'C' } })"],
    ['b.mjs', "export default async () => ({ model: { type: 'M', lr: 0.1, constructor: 'C' } })"],
    ['a.json', '\uFEFF{ "model": { "type": "M", "lr": 0.1, "constructor": "C" } }'],
    ['a.py', "model = dict(type='M', lr=1e-1, constructor='C')"],
    ['a.yaml', 'model:\n  type: M\n  lr: 1.0e-1\n  constructor: C\n'],
    ['a.yml', 'x: &m { type: M, lr: 0.1 }\nmodel: { <<: *m, constructor: C }'],
  ])('%s', async (name, text) => {
    const file = write(name, text)
    const loaded = await loadConfig(file)
    expect(loaded.file).toBe(file)
    expect(loaded.config.model).toEqual({ type: 'M', lr: 0.1, constructor: 'C' })
    expect(loaded.warnings).toEqual([])
    expect(Object.isFrozen(loaded.config.model)).toBe(true)
  })

  test("a module's own object is neither frozen nor changed", async () => {
    const file = write('a.mjs', 'export const shared = { type: "M" }\nexport default { model: shared }')
    await loadConfig(file, { overrides: ['model.x=1'] })
    const module: { shared: object } = await import(file)
    expect(module.shared).toEqual({ type: 'M' })
    expect(Object.isFrozen(module.shared)).toBe(false)
  })

  test('bases of every format, relative to the file that names them, the child last, flags then overrides on top', async () => {
    write('base/deep/runtime.yaml', 'work_dir: deep\nlog_level: INFO')
    write('base/model.json', '{ "_base_": "deep/runtime.yaml", "model": { "type": "M", "a": 1, "b": [1, 2] } }')
    write('base/data.ts', 'export default { train_dataloader: { batch_size: 4 }, optim_wrapper: { x: 1, optimizer: { lr: 1 } } }')
    const file = write(
      'run.mjs',
      `const inline = { randomness: { seed: 1 } }
       export default { _base_: ['./base/model.json', 'base/data.ts', inline], model: { b: [3] }, optim_wrapper: { _delete_: true, y: 2 } }`,
    )
    const { config } = await loadConfig(file, {
      adjust: (merged) => ({ ...merged, work_dir: 'flag', log_level: 'DEBUG' }),
      overrides: ['work_dir=option', 'model.a=5'],
    })
    expect(config).toEqual({
      work_dir: 'option',
      log_level: 'DEBUG',
      model: { type: 'M', a: 5, b: [3] },
      train_dataloader: { batch_size: 4 },
      optim_wrapper: { y: 2 },
      randomness: { seed: 1 },
    })
  })

  test('an imported base that was itself loaded from a file finds its own bases', async () => {
    write('deep/a.json', '{ "work_dir": "w" }')
    const base = write('deep/b.mjs', 'export default { _base_: "a.json" }')
    await loadConfig(base)
    const file = write('run.mjs', 'import base from "./deep/b.mjs"\nexport default { _base_: base }')
    expect((await loadConfig(file)).config).toEqual({ work_dir: 'w' })
  })

  test('placeholders, in every format, from the file, the environment and the bases', async () => {
    process.env['TESSERA_TEST_COUNT'] = '7'
    write('base.json', '{ "lr": 0.1, "model": { "type": "M", "sizes": [1, 2] } }')
    const expected = { lr: 0.1, model: { type: 'M', sizes: [1, 2] }, work_dir: `${folder}/w`, again: [1, 2], count: 7, name: 'x-0.1' }
    for (const [name, text] of [
      [
        'a.json',
        '{ "_base_": "{{ fileDirname }}/base.json", "work_dir": "{{ fileDirname }}/w", "again": {{_base_.model.sizes}}, "count": {{$TESSERA_TEST_COUNT:3}}, "name": "x-{{_base_.lr}}" }',
      ],
      [
        'a.yaml',
        "_base_: ./base.json\nwork_dir: {{ fileDirname }}/w\nagain: {{_base_.model.sizes}}\ncount: {{'$TESSERA_TEST_COUNT:3'}}\nname: x-{{_base_.lr}}",
      ],
      [
        'a.mjs',
        `export default { _base_: './base.json', work_dir: '{{ fileDirname }}/w', again: '{{_base_.model.sizes}}', count: "{{'$TESSERA_TEST_COUNT:3'}}", name: 'x-{{_base_.lr}}' }`,
      ],
    ] as const) {
      const { config, environment } = await loadConfig(write(name, text))
      expect(config).toEqual(expected)
      expect(environment).toEqual({ TESSERA_TEST_COUNT: '7' })
    }
  })

  test('a base in an installed package, whose outermost components get its scope', async () => {
    write('node_modules/@acme/zoo/package.json', '{ "name": "@acme/zoo" }')
    write(
      'node_modules/@acme/zoo/configs/base/model.yaml',
      'model: { type: Net, part: { type: P } }\nhooks: [{ type: H, _scope_: x }, { a: { type: T } }]',
    )
    write('node_modules/@acme/zoo/configs/net.json', '{ "_base_": "base/model.yaml", "lr": 1 }')
    const { config, warnings } = await loadConfig(write('deep/run.json', '{ "_base_": "@acme/zoo::net.json", "model": { "size": 3 } }'))
    expect(config).toEqual({
      model: { type: 'Net', part: { type: 'P' }, _scope_: '@acme/zoo', size: 3 },
      hooks: [{ type: 'H', _scope_: 'x' }, { a: { type: 'T', _scope_: '@acme/zoo' } }],
      lr: 1,
    })
    expect(warnings).toEqual([
      expect.stringMatching(/^model\._scope_: .*'@acme\/zoo'/),
      expect.stringMatching(/^hooks\[0\]\._scope_: .*'x'/),
    ])
  })

  test('_deprecation_ of a base is a warning too, and no key of the child', async () => {
    write('old.json', '{ "_deprecation_": { "expected": "new.json" }, "lr": 1 }')
    const { config, warnings } = await loadConfig(write('run.json', '{ "_base_": "old.json" }'))
    expect(config).toEqual({ lr: 1 })
    expect(warnings).toEqual([`${join(folder, 'old.json')} is deprecated; use new.json instead`])
  })

  test('_deprecation_ becomes a warning', async () => {
    const file = write('a.json', '{ "_deprecation_": { "expected": "b.json", "reference": "page" }, "work_dir": "w" }')
    const { config, warnings } = await loadConfig(file)
    expect(config).toEqual({ work_dir: 'w' })
    expect(warnings).toEqual([`${file} is deprecated; use b.json instead (see page)`])
  })
})

describe('custom_imports', () => {
  const plugin = 'globalThis.tesseraPluginRuns = (globalThis.tesseraPluginRuns ?? 0) + 1'

  test('run before the config is checked; a path is relative to the file that says it, base or child', async () => {
    write('base/plugin.mjs', plugin)
    write('base/base.yaml', 'custom_imports: { imports: [./plugin.mjs] }')
    const file = write('run.json', '{ "_base_": "base/base.yaml" }')
    const before = Number(Reflect.get(globalThis, 'tesseraPluginRuns') ?? 0)
    await loadConfig(file)
    expect(Reflect.get(globalThis, 'tesseraPluginRuns')).toBe(before + 1)
  })

  test('a package is looked up from the folder of the config', async () => {
    write('node_modules/some-plugin/package.json', '{ "name": "some-plugin", "type": "module", "exports": "./main.mjs" }')
    write('node_modules/some-plugin/main.mjs', 'globalThis.tesseraPackageRan = true')
    await loadConfig(write('run.json', '{ "custom_imports": { "imports": "some-plugin" } }'))
    expect(Reflect.get(globalThis, 'tesseraPackageRan')).toBe(true)
  })

  test('a failure names the entry; when allowed it is a warning', async () => {
    const entry = '"imports": ["./no-such.mjs"]'
    expect(await failure(write('a.json', `{ "custom_imports": { ${entry} } }`))).toMatchObject({
      code: 'INVALID_CONFIG',
      message: expect.stringMatching(/^custom_imports\.imports\[0\]: a module cannot be imported: .*no-such\.mjs/),
    })
    const { warnings } = await loadConfig(write('b.json', `{ "custom_imports": { ${entry}, "allow_failed_imports": true } }`))
    expect(warnings).toEqual([expect.stringMatching(/no-such\.mjs/)])
  })

  test('what is no list of names is an error of the config', async () => {
    expect((await failure(write('a.json', '{ "custom_imports": { "imports": [3] } }'))).message).toMatch(/^custom_imports\.imports/)
  })
})

describe('scopes', () => {
  const plugin = (scope: string): string => `
    import { MODELS, Registry } from ${JSON.stringify(join(import.meta.dirname, '../index.ts'))}
    const models = new Registry('model', { parent: MODELS, scope: '${scope}' })
    class Net {}
    models.registerModule({ module: Net })`

  test.each([
    '{ "default_scope": "SCOPE" }',
    '{ "model": { "_scope_": "SCOPE", "type": "Net" } }',
    '{ "parts": [{ "type": "SCOPE.Net" }] }',
  ])('import the plugin of their name: %s', async (text) => {
    const scope = `plugin-${tests}`
    write(
      `node_modules/${scope}/package.json`,
      `{ "name": "${scope}", "exports": "./main.ts", "peerDependencies": { "@tessera/core": "*" } }`,
    )
    write(`node_modules/${scope}/main.ts`, plugin(scope))
    expect(MODELS.hasScope(scope)).toBe(false)
    expect((await loadConfig(write('run.json', text.replace('SCOPE', scope)))).warnings).toEqual([])
    expect(MODELS.has(`${scope}.Net`)).toBe(true)
  })

  test('a package that is no plugin is not run', async () => {
    write('node_modules/stranger/package.json', '{ "name": "stranger", "exports": "./main.mjs", "dependencies": {} }')
    write('node_modules/stranger/main.mjs', 'globalThis.tesseraStrangerRan = true')
    const { warnings } = await loadConfig(write('run.json', '{ "default_scope": "stranger", "a": { "type": "stranger.Net" } }'))
    expect(warnings).toEqual([expect.stringMatching(/^default_scope: no installed plugin registers anything under the scope 'stranger'/)])
    expect(Reflect.get(globalThis, 'tesseraStrangerRan')).toBeUndefined()
  })

  test('a plugin that fails names the place', async () => {
    write('node_modules/broken/package.json', '{ "name": "broken", "exports": "./main.mjs", "dependencies": { "@tessera/core": "1" } }')
    write('node_modules/broken/main.mjs', "throw new Error('no luck')")
    expect((await failure(write('run.json', '{ "model": { "type": "broken.Net" } }'))).message).toMatch(
      /^model\.type: the plugin of this scope cannot be loaded: no luck; got 'broken'/,
    )
  })
})

describe('loadConfig refuses', () => {
  test.each<[string, string, string, RegExp]>([
    ['broken TypeScript', 'a.ts', 'export default {\n  model: {\n', /a\.ts(:\d+)?: the config cannot be loaded: /],
    [
      'a module that throws',
      'a.mjs',
      "const a = 1\nthrow new Error('no data here')\n",
      /a\.mjs:2: the config cannot be loaded: no data here/,
    ],
    ['a module that throws something else', 'a.mjs', 'throw 7', /a\.mjs: the config cannot be loaded: 7/],
    ['a function that throws', 'a.mjs', "export default () => {\n  throw new Error('later')\n}", /a\.mjs:2: .*later/],
    ['a missing import', 'a.mjs', "import './no-such-part.mjs'\nexport default {}", /a\.mjs.*no-such-part/],
    ['broken JSON', 'a.json', '{\n  "a": 1,\n}', /a\.json:3: the config cannot be parsed: /],
    ['JSON cut short', 'a.json', '{\n  "a": [1,\n', /a\.json:3: the config cannot be parsed: /],
    ['broken YAML', 'a.yaml', 'a: 1\nb: [1, 2\n', /a\.yaml:\d: the config cannot be parsed: /],
    ['a YAML key given twice', 'a.yaml', 'a: 1\nb: 2\na: 3\n', /a\.yaml:3: .*unique/],
    ['a YAML tag', 'a.yaml', 'x: 1\na: !!python/object/apply:os.system [ls]\n', /a\.yaml:2: .*tag/],
    [
      'YAML aliases that explode',
      'a.yaml',
      [
        'a: &a [x, x, x, x, x, x, x, x, x]',
        ...'bcdefgh'.split('').map(
          (k, i) =>
            `${k}: &${k} [${Array(9)
              .fill(`*${'abcdefg'.charAt(i)}`)
              .join(', ')}]`,
        ),
      ].join('\n'),
      /a\.yaml: the config cannot be parsed: .*alias/,
    ],
  ])('%s', async (_what, name, text, message) => {
    expect(await failure(write(name, text))).toMatchObject({ code: 'CONFIG_SYNTAX', message: expect.stringMatching(message) })
  })

  test.each<[string, string, string, string, RegExp]>([
    [
      'no default export',
      'INVALID_CONFIG',
      'a.mjs',
      'export const model = {}',
      /a\.mjs: a config module exports its config by default; got undefined, expected export default defineConfig/,
    ],
    ['a list', 'INVALID_CONFIG', 'a.json', '[1]', /a\.json: a config is an object; got \[1\]/],
    ['an empty file', 'INVALID_CONFIG', 'a.yaml', '', /a\.yaml: a config is an object; got null/],
    ['another format', 'INVALID_CONFIG', 'a.toml', 'a = 1', /a\.toml: this is not a config format; got '\.toml'/],
    ['Python outside the language of configs', 'UNSUPPORTED', 'a.py', 'def f(): pass', /a\.py:1:1: a function definition is not part of/],
    ['a misspelt key', 'INVALID_CONFIG', 'a.json', '{ "optim_wraper": {} }', /^optim_wraper: .*'optim_wrapper'/],
    ['a key given twice', 'CONFIG_SYNTAX', 'a.json', '{\n "a": { "b": "{" },\n "a": 1 }', /a\.json:3: .*'a' stands twice/],
    [
      'an unset variable',
      'INVALID_CONFIG',
      'a.yaml',
      'a: {{$TESSERA_UNSET:}}',
      /a\.yaml: a: the environment variable TESSERA_UNSET is not set/,
    ],
    ['an unknown key of the bases', 'INVALID_CONFIG', 'a.json', '{ "a": {{_base_.lr}} }', /the bases have no _base_\.lr/],
    ['a deep list in JSON', 'INVALID_CONFIG', 'a.json', `{ "a": ${'['.repeat(1e5)}${']'.repeat(1e5)} }`, /nested deeper than 200 levels/],
    ['a deep list in YAML', 'CONFIG_SYNTAX', 'a.yaml', `a: ${'['.repeat(1e5)}`, /cannot be parsed/],
    ['ten million characters', 'CONFIG_SYNTAX', 'a.json', `{ "a": "${'x'.repeat(1e7)}" }`, /too long to be a config; got 10/],
    [
      'a base whose package is not installed',
      'CONFIG_NOT_FOUND',
      'a.json',
      '{ "_base_": "mmdet::x.py" }',
      /package of this base is not installed.*'mmdet::x\.py'.*npm install mmdet/,
    ],
    ['a package name that is a path', 'CONFIG_NOT_FOUND', 'a.json', '{ "_base_": "../x::y.json" }', /not installed/],
    ['__proto__', 'INVALID_CONFIG', 'a.json', '{ "model": { "__proto__": { "x": 1 } } }', /^model\.__proto__: /],
    ['__proto__ in YAML', 'INVALID_CONFIG', 'a.yaml', 'model: { __proto__: { x: 1 } }', /^model\.__proto__: /],
    ['a base that is no config', 'INVALID_CONFIG', 'a.json', '{ "_base_": 3 }', /a base of .*a\.json is no config; got 3, expected a path/],
    [
      'an imported base with a path',
      'INVALID_CONFIG',
      'a.mjs',
      'export default { _base_: { _base_: "x.json" } }',
      /relative to nothing that is known; got 'x\.json'/,
    ],
    [
      'an imported base of itself',
      'CONFIG_CYCLE',
      'a.mjs',
      'const a = {}\na._base_ = [a]\nexport default { _base_: a }',
      /a\.mjs: an imported config is a base of itself/,
    ],
  ])('%s', async (_what, code, name, text, message) => {
    expect(await failure(write(name, text))).toMatchObject({ code, message: expect.stringMatching(message) })
  })

  test('a file that is not there, with near names', async () => {
    write('vit.yaml', '{}')
    expect((await failure(join(folder, 'vti.yaml'))).message).toBe(
      `${join(folder, 'vti.yaml')}: there is no such config. Did you mean '${join(folder, 'vit.yaml')}'?`,
    )
    expect((await failure(join(folder, 'vit.ts'))).message).toContain(`Did you mean '${join(folder, 'vit.yaml')}'`)
    expect((await failure(join(folder, 'none', 'vit.ts'))).message).toContain(`The folder ${join(folder, 'none')} does not exist.`)
    expect((await failure(folder)).message).toBe(`${folder}: this is not a file; expected a config file. In it: vit.yaml.`)
  })

  test('a base that is not there, with who asks for it', async () => {
    const file = write('run.json', '{ "_base_": "_base_/modle.json" }')
    write('_base_/model.json', '{}')
    const error = await failure(file)
    expect(error.code).toBe('CONFIG_NOT_FOUND')
    expect(error.message).toBe(
      `${join(folder, '_base_/modle.json')}: there is no such base; ${file} asks for it. Did you mean '${join(folder, '_base_/model.json')}'?`,
    )
  })

  test('bases that lead back, with the chain, under any name of the file', async () => {
    const first = write('first.json', '{ "_base_": "second.yaml" }')
    const second = write('second.yaml', '_base_: link.json')
    symlinkSync(first, join(folder, 'link.json'))
    const error = await failure(first)
    expect(error.code).toBe('CONFIG_CYCLE')
    const link = join(folder, 'link.json')
    expect(error.message).toBe(`${second}: the bases lead back to this file: ${[second, link, second].join(' → ')}`)
  })

  test('bases that lead back through a folder with ever longer names', async () => {
    const file = write('run.json', '{ "_base_": "again/run.json" }')
    symlinkSync(folder, join(folder, 'again'))
    const error = await failure(file)
    expect(error.code).toBe('CONFIG_CYCLE')
    expect(error.message).toContain(`the bases lead back to this file: ${file} → `)
  })

  test('two bases that set the same key, naming both', async () => {
    write('a.json', '{ "model": {} }')
    write('b.json', '{ "model": {} }')
    const file = write('run.json', '{ "_base_": ["a.json", "b.json"] }')
    expect(await failure(file)).toMatchObject({
      code: 'CONFIG_MERGE',
      message: expect.stringContaining(`model: two bases of ${file} set the same top-level key: 'a.json' and 'b.json'`),
    })
  })

  test('bytes that are no UTF-8, with the line', async () => {
    const file = write('a.json', '')
    writeFileSync(file, Buffer.from([0x7b, 0x0a, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))
    expect((await failure(file)).message).toBe(`${file}:2: the config is not valid UTF-8`)
  })

  test('a base that leads out of its package', async () => {
    write('node_modules/zoo/package.json', '{ "name": "zoo" }')
    const file = write('a.json', '{ "_base_": "zoo::../../secret.json" }')
    expect((await failure(file)).message).toMatch(/^_base_: this base leads out of its package/)
  })

  test('a misspelt override', async () => {
    const file = write('a.json', '{ "model": { "type": "M", "depth": 3 } }')
    expect((await failure(file, 'model.deth=4')).message).toMatch(/^model\.deth: .*'depth'/)
  })
})
