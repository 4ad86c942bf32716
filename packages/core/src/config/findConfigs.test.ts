import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { findConfigs } from './findConfigs.js'

const folder = mkdtempSync(join(tmpdir(), 'tessera-find-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('configs of every format, those of folders below too, and nothing else', () => {
  const configs = ['_base_/a.py', 'b.ts', 'c.json', 'd/e.yaml', 'd/f.yml', 'g.js']
  const others = [
    'package.json',
    'tsconfig.build.json',
    'index.ts',
    'metafile.yml',
    'h.d.ts',
    'b.test.ts',
    'README.md',
    'node_modules/x.ts',
    '.cache/y.ts',
  ]
  for (const file of [...configs, ...others]) {
    mkdirSync(join(folder, file, '..'), { recursive: true })
    writeFileSync(join(folder, file), '')
  }
  expect(findConfigs(folder)).toEqual(configs.map((file) => join(folder, file)))
})
