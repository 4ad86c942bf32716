import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { checkComponents, loadConfig } from '@tessera/core'
import '@tessera/configs'

const ROOT = join(import.meta.dirname, '..')
const VIT = join(ROOT, 'configs/vit.ts')
const folder = mkdtempSync(join(tmpdir(), 'tessera-tools-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function run(tool: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', join('tools', tool), ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '', CI: 'true' },
  })
  return { status, stdout, stderr }
}

function write(name: string, text: string): string {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

describe('check_config', () => {
  test('a config that is well', () => {
    expect(run('check_config.ts', VIT)).toEqual({ status: 0, stderr: '', stdout: `${VIT}: every component is known, every option fits\n` })
  })

  test('every mistake in one go, each unknown component once', () => {
    const file = write(
      'bad.json',
      JSON.stringify({
        _base_: VIT,
        model: { backbone: { drop_rat: 0 }, neck: { type: 'GlobalAvgPooling' } },
        val_dataloader: { dataset: { pipeline: [{ type: 'PackInput' }] } },
        test_dataloader: { dataset: { pipeline: [{ type: 'PackInput' }] } },
      }),
    )
    const { status, stdout } = run('check_config.ts', file)
    expect(stdout).toMatch(
      /: 4 problems\nINVALID_OPTIONS {2}model\.backbone\.drop_rat: .*Did you mean 'drop_rate'\?\nNot registered here \(2\):\n/,
    )
    expect(stdout).toMatch(/\n {2}GlobalAvgPooling {2}model\.neck\.type {2}\(nearest: GlobalAveragePooling\)\n/)
    expect(stdout).toMatch(
      /\n {2}PackInput {9}val_dataloader\.dataset\.pipeline\[0\]\.type, test_dataloader\.dataset\.pipeline\[0\]\.type {2}\(nearest: PackInputs\)\n/,
    )
    expect(status).toBe(1)
  })

  test('a folder is summed up', () => {
    mkdirSync(join(folder, 'many'))
    write('many/a.json', JSON.stringify({ _base_: VIT }))
    write('many/b.json', JSON.stringify({ _base_: VIT, model: { neck: { type: 'GlobalAvgPooling' } } }))
    write('many/c.py', 'while True: pass\n')
    const { status, stdout, stderr } = run('check_config.ts', join(folder, 'many'))
    expect(stdout).toMatch(/^1 of 3 configs: every component is known, every option fits\n\nDo not load \(1\):\n.*c\.py\n.*'while'/)
    expect(stdout).toMatch(/\(1\):\n {4}1 {2}GlobalAvgPooling {2}\(1 want nothing else\) {2}.*b\.json\n$/)
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' })
  })
})

describe('print_config', () => {
  test('what it prints is the same config', async () => {
    const printed = run('print_config.ts', VIT, '--cfg-options', 'optim_wrapper.optimizer.lr=0.5')
    const { config } = await loadConfig(write('printed.ts', printed.stdout))
    expect(config).toEqual((await loadConfig(VIT, { overrides: ['optim_wrapper.optimizer.lr=0.5'] })).config)
  })

  test('--resolve writes the defaults, and the result is as good a config', async () => {
    const printed = run('print_config.ts', VIT, '--resolve', '--format', 'json')
    expect(JSON.parse(printed.stdout)).toMatchObject({
      model: { backbone: { drop_rate: 0, qkv_bias: true } },
      train_cfg: { type: 'EpochBasedTrainLoop', val_begin: 1 },
    })
    expect(checkComponents((await loadConfig(write('resolved.json', printed.stdout))).config)).toEqual([])
  })

  test('--where names the file and line, and the override that won', () => {
    const { stdout } = run('print_config.ts', VIT, '--where', 'model.backbone.img_size', '--cfg-options', 'model.backbone.img_size=56')
    expect(stdout).toMatch(/^model\.backbone\.img_size\n {2}28 {2}.*vit-tiny-digits\.ts:\d+\n→ 56 {2}overrides \(--cfg-options\)\n$/)
    expect(run('print_config.ts', VIT, '--where', 'model.backbone.img_sise').stdout).toMatch(
      /no file.*Did you mean 'model\.backbone\.img_size'/,
    )
  })

  test('--diff shows what another config has otherwise', () => {
    const other = write('other.json', JSON.stringify({ _base_: VIT, model: { backbone: { img_size: 56 } } }))
    expect(run('print_config.ts', VIT, '--diff', other).stdout).toBe('- model.backbone.img_size: 28\n+ model.backbone.img_size: 56\n')
  })
})
