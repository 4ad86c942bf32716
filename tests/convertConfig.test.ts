import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'

const ROOT = join(import.meta.dirname, '..')
mkdirSync(join(ROOT, '.cache'), { recursive: true })
// In the repository, so that what is written finds its packages.
const folder = mkdtempSync(join(ROOT, '.cache/convert-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function run(tool: string, ...args: string[]) {
  const env = { ...process.env, NODE_OPTIONS: '', CI: 'true' }
  return spawnSync(process.execPath, ['--import', 'tsx', join('tools', tool), ...args], { cwd: ROOT, encoding: 'utf8', env })
}

function write(name: string, text: string): string {
  const file = join(folder, name)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  return file
}

test('tools/convert_config.ts writes a config and its bases, and overwrites nothing unasked', () => {
  write('_base_/model.py', "model = dict(type='ImageClassifier', head=dict(topk=(1, 5)))\n")
  const file = write('a/x.py', "_base_ = '../_base_/model.py'\n# fine-tuning\nmodel = dict(head=dict(num_classes=10))\n")
  const out = join(folder, 'out/a/y.ts')
  const { status, stdout, stderr } = run('convert_config.ts', file, '--out', out, '--bases')
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toBe(`${out}\n${join(folder, 'out/_base_/model.ts')}\n`)
  expect(readFileSync(out, 'utf8')).toContain(
    "  _base_: '../_base_/model.ts',\n  // fine-tuning\n  model: { head: { num_classes: 10 } },\n",
  )
  const again = run('convert_config.ts', file, '--out', out)
  expect(again.status).toBe(2)
  expect(again.stderr).toMatch(/y\.ts: this file exists already.*--force/)
})

test('a Python recipe trains as it is, on a TypeScript base', () => {
  const file = write(
    'recipe.py',
    `_base_ = '${join(ROOT, 'configs/vit.ts')}'\nlr = 1e-3 * 2\noptim_wrapper = dict(optimizer=dict(lr=lr), clip_grad=dict(max_norm=1.))\n`,
  )
  const { status, stdout, stderr } = run('train.ts', file, '--smoke')
  expect({ status, stderr: stderr.replaceAll(/^.*(warning|tessera:).*$/gim, '').trim() }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toMatch(/smoke: 2 steps of training, validation and testing/)
})

test('what is wrong in a recipe is shown with its line', () => {
  const file = write('wrong.py', 'model = dict(\n    type=lambda: 1)\n')
  const { status, stderr } = run('train.ts', file)
  expect(status).toBe(1)
  expect(stderr).toContain('wrong.py:2:10: a lambda is not part of the language of configs.')
  expect(stderr).toContain('  2 |     type=lambda: 1)\n    |          ^^^^^^^^^')
})
