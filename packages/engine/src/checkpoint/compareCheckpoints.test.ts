import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { METRICS, MODELS, RunContainer } from '@tessera/core'
import { writeSafetensors } from '@tessera/nn'
import { useBackend } from '@tessera/runtime'
import { recordedRun } from '../testing/recordedRun.js'
import { tinyConfig } from '../testing/tinyRun.js'
import { checkpointConfig } from './checkpointConfig.js'
import { diffCheckpoints } from './diffCheckpoints.js'
import { saveDirectory } from './durableFiles.js'
import { inspectCheckpoint } from './inspectCheckpoint.js'
import { describeFile, MANIFEST, manifestText, parseManifest } from './manifest.js'
import { publishCheckpoint } from './publish.js'

let workDir = ''
beforeAll(async () => {
  await useBackend('auto')
  ;({ workDir } = await recordedRun(tinyConfig({ custom_hooks: [{ type: 'EMAHook', momentum: 0.1 }] })))
})
const epoch = (number: number) => path.join(workDir, `epoch_${number}`)

test('inspect lists every tensor of every file', () => {
  const { meta, files, tensors } = inspectCheckpoint(epoch(2))
  expect(meta).toMatchObject({ epoch: 2, iter: 14, seed: 7 })
  expect(Object.keys(files)).toEqual(['model.safetensors', 'ema.safetensors', 'optimizer.safetensors'])
  expect(tensors).toHaveLength(12)
  expect(tensors[0]).toEqual({ file: 'model.safetensors', name: 'hidden.weight', dtype: 'F32', shape: [8, 4] })
  const plain = inspectCheckpoint(path.join(epoch(2), 'ema.safetensors'))
  expect(plain.meta).toBeUndefined()
  expect(plain.tensors.map(({ name }) => name)).toEqual(['hidden.weight', 'hidden.bias', 'head.weight', 'head.bias'])
})

describe('diff', () => {
  test('of a checkpoint with itself is nothing; of two epochs everything that moved', () => {
    expect(diffCheckpoints(epoch(2), epoch(2))).toEqual({ tensors: [], facts: [], equal: 12 })
    const { tensors, facts } = diffCheckpoints(epoch(1), epoch(2))
    expect(tensors).toHaveLength(12)
    expect(tensors.every(({ kind, largest }) => kind === 'values' && (largest ?? 0) > 0)).toBe(true)
    expect(facts.map(({ path: place }) => place)).toEqual(['epoch', 'iter', 'optimizer.steps', 'optimizer.lr'])
  })
  test('of weight files: names, shapes and NaN', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'tessera-diff-'))
    const write = (name: string, tensors: [string, number[], number[]][]) => {
      const file = path.join(folder, `${name}.safetensors`)
      writeFileSync(file, writeSafetensors(new Map(tensors.map(([key, shape, data]) => [key, { shape, data: Float32Array.from(data) }]))))
      return file
    }
    const a = write('a', [
      ['x', [1], [1]],
      ['y', [2], [1, Number.NaN]],
      ['z', [2], [1, 2]],
    ])
    const b = write('b', [
      ['y', [2], [1, 2]],
      ['z', [2, 1], [1, 2]],
      ['w', [1], [1]],
    ])
    expect(diffCheckpoints(a, b).tensors).toEqual([
      { name: 'x', kind: 'only in the first' },
      { name: 'y', kind: 'values', largest: Number.POSITIVE_INFINITY },
      { name: 'z', kind: 'shape', detail: '[2] against [2,1]' },
      { name: 'w', kind: 'only in the second' },
    ])
  })
})

test('publish keeps what is asked for', async () => {
  const target = await publishCheckpoint(epoch(3), {
    noEma: true,
    keys: ['state_dict'],
    directory: mkdtempSync(path.join(tmpdir(), 'tessera-publish-')),
  })
  expect(path.basename(target)).toMatch(/^epoch_3-[0-9a-f]{8}$/)
  expect(readdirSync(target).sort()).toEqual(['model.safetensors', 'trainer.json'])
  expect(diffCheckpoints(path.join(target, 'model.safetensors'), path.join(epoch(3), 'model.safetensors')).tensors).toEqual([])
  expect(inspectCheckpoint(target).meta).toMatchObject({ weights: 'trained' })
  expect(inspectCheckpoint(target).meta).not.toHaveProperty('config')
})

describe('a config in a checkpoint is data', () => {
  /** A checkpoint whose manifest is in order and whose config is what an attacker likes. */
  async function hostile(config: unknown): Promise<string> {
    const place = path.join(mkdtempSync(path.join(tmpdir(), 'tessera-hostile-')), 'epoch_1')
    const { format: _, version: __, files: ___, ...body } = parseManifest(readFileSync(path.join(epoch(1), MANIFEST), 'utf8'), MANIFEST)
    const model = readFileSync(path.join(epoch(1), 'model.safetensors'))
    await saveDirectory(place, [
      ['model.safetensors', model],
      [MANIFEST, manifestText({ ...body, meta: { ...body.meta, config } }, { 'model.safetensors': describeFile(model) })],
    ])
    return place
  }

  test('comes back as it was', () => {
    expect(checkpointConfig(epoch(1))).toMatchObject({ model: { type: 'TinyModel' }, randomness: { seed: 7 } })
  })

  // The four ways into Keras's safe mode (CVE-2025-1550, -8747, -9906, -9905), rebuilt for this format.
  test.each([
    ['an import', { custom_imports: { imports: '/tmp/evil.js' }, model: { type: 'TinyModel' } }],
    ['a base from elsewhere', { _base_: '/tmp/evil.js', model: { type: 'TinyModel' } }],
  ])('%s is not followed', async (_, config) => {
    expect(Object.keys(checkpointConfig(await hostile(config)))).toEqual(['model'])
  })
  test.each(['node:child_process.execSync', '/tmp/evil.js', 'constructor', '__proto__', 'toString', 'os.system'])(
    'the type %s is not known, so nothing is built',
    async (type) => {
      const config = checkpointConfig(await hostile({ model: { type, command: 'touch /tmp/pwned' } }))
      const container = new RunContainer(config)
      for (const registry of [MODELS, METRICS])
        expect(() => container.build(registry, config['model'] as object)).toThrow(/UNKNOWN_TYPE|no|unknown/i)
    },
  )
  test('nothing reaches a prototype', async () => {
    const place = await hostile(JSON.parse('{"model": {"type": "A", "__proto__": {"polluted": 1}}}'))
    expect(() => checkpointConfig(place)).toThrow(/no key '__proto__'/)
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
  })
  test('what is no config says so', async () => {
    const place = await hostile(['rm', '-rf'])
    expect(() => checkpointConfig(place)).toThrow(/does not say its config/)
  })
})
