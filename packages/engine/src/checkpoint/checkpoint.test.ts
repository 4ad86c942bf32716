import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { SILENT_LOGGER, TesseraError } from '@tessera/core'
import { writeSafetensors } from '@tessera/nn'
import { removeDirectory, replaceFile, saveDirectory } from './durableFiles.js'
import { fromExactJson, toExactJson } from './exactJson.js'
import { latestCheckpoint } from './findCheckpoint.js'
import { clearLeftovers, parseLeftover } from './leftovers.js'
import { describeFile, MANIFEST, type ManifestBody, manifestText, parseManifest } from './manifest.js'
import { openCheckpointWeights, readCheckpoint } from './readCheckpoint.js'

const folder = () => mkdtempSync(path.join(tmpdir(), 'tessera-checkpoint-'))

const body: ManifestBody = {
  meta: {
    epoch: 1,
    iter: 7,
    batch: 0,
    epoch_length: 7,
    by_epoch: true,
    seed: 3,
    run_id: 'r',
    experiment_name: 'x',
    saved_at: 1,
    versions: {},
    git: null,
    config: { type: 'A' },
  },
  optimizer: { steps: 7 },
  param_schedulers: [{ end: Number.POSITIVE_INFINITY }],
  message_hub: { scalars: { 'train/loss': { values: [0.1, Number.NaN], counts: [1, 1] } }, info: {} },
}

async function saved(): Promise<string> {
  const place = path.join(folder(), 'epoch_1')
  const files: [string, Uint8Array][] = ['model.safetensors', 'optimizer.safetensors'].map((name) => [
    name,
    writeSafetensors(new Map([['w', { shape: [2], data: new Float32Array([1, 2]) }]])),
  ])
  const hashes = Object.fromEntries(files.map(([name, bytes]) => [name, describeFile(bytes)]))
  await saveDirectory(place, [...files, [MANIFEST, manifestText(body, hashes)]])
  return place
}

describe('a checkpoint folder', () => {
  test('comes back whole, infinities and NaN too', async () => {
    const place = await saved()
    const content = readCheckpoint(place)
    expect(content.meta).toEqual({ ...body.meta, dataset_meta: undefined })
    expect(content.param_schedulers).toEqual([{ end: Number.POSITIVE_INFINITY }])
    expect(content.message_hub).toEqual(body.message_hub)
    expect(Array.from(content.optimizer?.tensors.get('w')?.data ?? [])).toEqual([1, 2])
    for (const weights of [place, path.join(place, 'model.safetensors')]) {
      const file = openCheckpointWeights(weights)
      expect(file.read('w')).toEqual({ dtype: 'F32', shape: [2], data: Float32Array.from([1, 2]) })
      file.close()
    }
    expect(readdirSync(path.dirname(place))).toEqual(['epoch_1'])
  })

  test('one flipped bit or one missing byte anywhere is found, and the file named', async () => {
    const place = await saved()
    for (const name of readdirSync(place)) {
      const file = path.join(place, name)
      const bytes = readFileSync(file)
      for (let at = 0; at < bytes.length; at += 7) {
        const flipped = Buffer.from(bytes)
        flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8))
        writeFileSync(file, flipped)
        expect(() => readCheckpoint(place)).toThrow(TesseraError)
        expect(() => readCheckpoint(place)).toThrow(name)
        writeFileSync(file, bytes.subarray(0, at))
        expect(() => readCheckpoint(place)).toThrow(name)
      }
      writeFileSync(file, bytes)
    }
    expect(readCheckpoint(place).meta.iter).toBe(7)
  })

  test('a newer format, a folder without manifest, nothing at all', () => {
    const place = folder()
    expect(() => readCheckpoint(place)).toThrow(/trainer\.json, written last/)
    expect(() => readCheckpoint(path.join(place, 'no'))).toThrow(/no such checkpoint/)
    expect(() => parseManifest('{}', 'trainer.json')).toThrow('trainer.json: this is not the manifest of a checkpoint')
    writeFileSync(path.join(place, 'weights.pth'), '')
    expect(() => openCheckpointWeights(path.join(place, 'weights.pth'))).toThrow(/weights\.pth: the file is empty/)
    expect(() => openCheckpointWeights(path.join(place, 'no.pth'))).toThrow(/no such file or folder/)
  })
})

describe('the latest checkpoint', () => {
  /** A folder with one checkpoint a row: name, run, iterations, when saved. */
  async function workDir(...rows: [name: string, run_id: string, iter: number, saved_at: number][]): Promise<string> {
    const parent = folder()
    for (const [name, run_id, iter, saved_at] of rows) {
      const model = writeSafetensors(new Map([['w', { shape: [1], data: new Float32Array([iter]) }]]))
      const manifest = manifestText(
        { ...body, meta: { ...body.meta, run_id, iter, saved_at } },
        { 'model.safetensors': describeFile(model) },
      )
      await saveDirectory(path.join(parent, name), [
        ['model.safetensors', model],
        [MANIFEST, manifest],
      ])
    }
    return parent
  }
  const latest = (parent: string) => path.basename(latestCheckpoint(parent, SILENT_LOGGER) ?? 'none')

  test('is that with the most iterations, whatever the clock said', async () => {
    expect(latest(await workDir(['epoch_9', 'a', 90, 500], ['epoch_10', 'a', 100, 100], ['iter_95', 'a', 95, 700]))).toBe('epoch_10')
  })
  test('is one of the run that last_checkpoint belongs to', async () => {
    const parent = await workDir(['epoch_9', 'old', 90, 900], ['epoch_2', 'new', 20, 100], ['epoch_3', 'new', 30, 200])
    await replaceFile(path.join(parent, 'last_checkpoint'), path.join(parent, 'epoch_2'))
    expect(latest(parent)).toBe('epoch_3')
    writeFileSync(path.join(parent, 'epoch_3', 'model.safetensors'), 'spoilt')
    expect(latest(parent)).toBe('epoch_2')
    writeFileSync(path.join(parent, 'epoch_2', MANIFEST), '{}')
    expect(latest(parent)).toBe('epoch_9')
  })
  test('is an error when none is whole: a fresh start would write over them', async () => {
    const parent = await workDir(['epoch_1', 'a', 10, 100], ['epoch_2', 'a', 20, 200])
    writeFileSync(path.join(parent, 'epoch_1', 'model.safetensors'), 'spoilt')
    writeFileSync(path.join(parent, 'epoch_2', MANIFEST), '{}')
    expect(() => latest(parent)).toThrow(/no checkpoint is whole.*epoch_2.*epoch_1.*leave out resume/)
  })
  test('is none', async () => expect(latest(await workDir())).toBe('none'))
})

describe('durable files', () => {
  test('a folder in the way is replaced, and nothing is left beside it', async () => {
    const place = path.join(folder(), 'epoch_1')
    await saveDirectory(place, [
      ['a', 'old'],
      ['b', 'old'],
    ])
    await saveDirectory(place, [['a', 'new']])
    expect(readdirSync(path.dirname(place))).toEqual(['epoch_1'])
    expect(readdirSync(place)).toEqual(['a'])
    await removeDirectory(place)
    await removeDirectory(place)
    expect(readdirSync(path.dirname(place))).toEqual([])
  })

  test('a save that fails leaves the old one and no rest', async () => {
    const parent = folder()
    const place = path.join(parent, 'epoch_1')
    await saveDirectory(place, [['a', 'old']])
    await expect(
      saveDirectory(place, [
        ['a', 'new'],
        ['no/such/folder', 'x'],
      ]),
    ).rejects.toThrow('ENOENT')
    expect(readFileSync(path.join(place, 'a'), 'utf8')).toBe('old')
    expect(readdirSync(parent)).toEqual(['epoch_1'])
    await expect(replaceFile(path.join(parent, 'no', 'file'), 'x')).rejects.toThrow('ENOENT')
  })
})

describe('leftovers', () => {
  test.each([
    ['epoch_3.tmp-12-345-0123abcd', { target: 'epoch_3', kind: 'tmp', owner: { pid: 12, started: 345 } }],
    ['trash-iter_5-77-0-0123abcd', { target: 'iter_5', kind: 'trash', owner: { pid: 77, started: undefined } }],
    ['epoch_3', undefined],
    ['trash-notes', undefined],
  ])('%s', (name, expected) => {
    if (expected === undefined) expect(parseLeftover(name)).toBeUndefined()
    else expect(parseLeftover(name)).toMatchObject(expected)
  })

  test('dead processes’ rests go, a living one’s stay, an old checkpoint moved aside comes back', async () => {
    const place = await saved()
    const parent = path.dirname(place)
    const { renameSync } = await import('node:fs')
    renameSync(place, path.join(parent, 'trash-epoch_1-999999999-1-0123abcd'))
    mkdirSync(path.join(parent, 'epoch_1.tmp-999999999-1-0123abcd'))
    mkdirSync(path.join(parent, `epoch_9.tmp-${process.ppid}-0-0123abcd`))
    await clearLeftovers(parent)
    expect(readdirSync(parent).sort()).toEqual(['epoch_1', `epoch_9.tmp-${process.ppid}-0-0123abcd`])
    expect(existsSync(path.join(place, MANIFEST))).toBe(true)
  })
})

test('JSON that keeps what JSON loses', () => {
  class Custom {}
  expect(() => fromExactJson('{"a": {"__proto__": {"b": 1}}}')).toThrow(/no key '__proto__'/)
  const text = toExactJson({ a: [Number.NaN, -0.1, Number.NEGATIVE_INFINITY], type: Custom })
  expect(fromExactJson(text)).toEqual({ a: [Number.NaN, -0.1, Number.NEGATIVE_INFINITY], type: 'Custom' })
})
