import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { Config } from './config.js'
import { loadConfigText } from './loadConfigText.js'

const folder = mkdtempSync(join(tmpdir(), 'tessera-text-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('a text that is trusted', () => {
  test.each([
    ['.json', '{ "model": { "type": "M", "lr": 0.1 } }'],
    ['.yaml', 'model: { type: M, lr: 0.1 }'],
    ['.yml', 'model: { type: M, lr: 0.1 }'],
    ['.ts', "const lr: number = 0.1\nexport default { model: { type: 'M', lr } }"],
    ['.mjs', "export default { model: { type: 'M', lr: 0.1 } }"],
  ])('%s', async (format, text) => {
    const { config } = await loadConfigText(text, format, { trusted: true, overrides: ['work_dir=x'] })
    expect(config).toEqual({ model: { type: 'M', lr: 0.1 }, work_dir: 'x' })
    expect(Object.isFrozen(config.model)).toBe(true)
  })

  test('names bases from its folder, and reads the environment', async () => {
    writeFileSync(join(folder, 'base.json'), '{ "model": { "type": "M" } }')
    process.env['TESSERA_TEXT'] = 'here'
    const { config, environment, file } = await Config.fromString(
      '_base_: base.json\nwork_dir: {{$TESSERA_TEXT:x}}/{{ fileBasename }}',
      '.yaml',
      {
        trusted: true,
        folder,
      },
    )
    expect(config).toEqual({ model: { type: 'M' }, work_dir: 'here/text.yaml' })
    expect([environment, file]).toEqual([{ TESSERA_TEXT: 'here' }, join(folder, 'text.yaml')])
  })

  test('leaves no file behind', async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('tessera-config-'))
    await loadConfigText('export default {}', '.mjs', { trusted: true })
    await expect(loadConfigText('throw new Error("no luck")', '.mjs', { trusted: true })).rejects.toThrow(/no luck/)
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('tessera-config-'))).toEqual(before)
  })
})

describe('a text from a stranger', () => {
  test('is data', async () => {
    expect((await loadConfigText('{ "model": { "type": "M", "constructor": "C" } }', '.json')).config).toEqual({
      model: { type: 'M', constructor: 'C' },
    })
  })

  test.each([
    ['runs no program', '.ts', 'globalThis.tesseraStrangerText = true', /a program is only run/],
    ['reads no file', '.yaml', '_base_: /etc/hostname', /^_base_: only a text that is trusted may have _base_; got '\/etc\/hostname'/],
    ['reads no package', '.json', '{ "_base_": "pkg::x.json" }', /^_base_: /],
    ['runs no plugin', '.json', '{ "custom_imports": { "imports": ["./x.mjs"] } }', /^custom_imports: only a text that is trusted/],
    ['reads no variable', '.yaml', 'a: {{$HOME:x}}', /a config that is not trusted reads no environment variables; got 'HOME'/],
    ['has no place', '.yaml', 'a: "{{ fileDirname }}"', /does not come from a file of its own/],
    ['touches no prototype', '.json', '{ "a": { "__proto__": { "x": 1 } } }', /a\.__proto__: the key '__proto__' is not allowed/],
  ])('%s', async (_what, format, text, message) => {
    await expect(loadConfigText(text, format)).rejects.toThrow(message)
    expect(Reflect.get(globalThis, 'tesseraStrangerText')).toBeUndefined()
    expect('x' in {}).toBe(false)
  })

  test('a scope in it loads no package', async () => {
    expect((await loadConfigText('{ "default_scope": "yaml", "a": { "type": "yaml.X" } }', '.json')).warnings).toEqual([])
  })
})

test('another format is an error', async () => {
  await expect(loadConfigText('a = 1', '.toml')).rejects.toThrow(/this is not a config format; got '\.toml'/)
})
