import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { loadConfig } from './loadConfig.js'
import { settingsOf } from './settingsOf.js'
import { keyParts, valueAt } from './valueAt.js'

const folder = mkdtempSync(join(tmpdir(), 'tessera-where-'))
afterAll(() => rmSync(folder, { recursive: true }))

function write(name: string, text: string): string {
  const file = join(folder, name)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  return file
}

test('says which file, flag or override set a value, and what was there before', async () => {
  const core = JSON.stringify(join(import.meta.dirname, '../index.ts'))
  const model = write(
    'base/model.ts',
    `import { defineConfig } from ${core}\n\nexport default defineConfig({ model: { type: 'M', depth: 12, parts: [{ x: 1 }] } })`,
  )
  const data = write('base/data.yaml', 'train_dataloader: { batch_size: 4, num_workers: 2 }\nwork_dir: base')
  const file = write(
    'run.ts',
    `import { defineConfig } from ${core}
     import model from './base/model.js'
     export default defineConfig({ _base_: [model, './base/data.yaml'], model: { depth: 6 }, train_dataloader: { _delete_: true, batch_size: 8 }, optim_wrapper: { type: 'W' } })`,
  )
  const { layers } = await loadConfig(file, {
    adjust: (config) => ({ ...config, work_dir: 'flag' }),
    overrides: ['model.parts.0.x=2', 'optim_wrapper.optimizer.lr=3'],
  })
  expect(settingsOf(layers, 'model.type')).toEqual([{ source: expect.stringMatching(/base\/model\.ts:3$/), value: 'M' }])
  expect(settingsOf(layers, 'model.depth')).toEqual([
    { source: expect.stringContaining(model), value: 12 },
    { source: file, value: 6 },
  ])
  expect(settingsOf(layers, 'train_dataloader.num_workers')).toEqual([
    { source: data, value: 2 },
    { source: file, value: undefined },
  ])
  expect(settingsOf(layers, 'work_dir')).toEqual([
    { source: data, value: 'base' },
    { source: 'the flags of the command line', value: 'flag' },
  ])
  for (const key of ['model.parts.0.x', 'model.parts[0].x']) {
    expect(settingsOf(layers, key).at(-1)).toEqual({ source: 'overrides (--cfg-options)', value: 2 })
  }
  expect(settingsOf(layers, 'optim_wrapper.optimizer.lr')).toEqual([{ source: 'overrides (--cfg-options)', value: 3 }])
  expect(settingsOf(layers, 'nobody.set.this')).toEqual([])
})

describe('valueAt', () => {
  const root = { a: { '.b.c': { d: 1 }, 'b.c': 2, list: [{ x: null }], constructor: 'C' } }
  test.each<[string, unknown]>([
    ['a..b.c.d', 1],
    ['a.b.c', 2],
    ['a.list[0].x', null],
    ['a.list.0', { x: null }],
    ['a.constructor', 'C'],
    ['a.toString', undefined],
    ['a.list.length', undefined],
    ['constructor', undefined],
    ['a.b.c.d', undefined],
  ])('%s', (key, expected) => {
    expect(valueAt(root, keyParts(key))).toEqual(expected)
  })
})
