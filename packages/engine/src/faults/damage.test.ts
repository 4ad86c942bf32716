import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { type Logger, SILENT_LOGGER } from '@tessera/core'
import { readSafetensors } from '@tessera/nn'
import { RandomStream, useBackend } from '@tessera/runtime'
import { latestCheckpoint } from '../checkpoint/findCheckpoint.js'
import { readCheckpoint } from '../checkpoint/readCheckpoint.js'
import { recordedRun } from '../testing/recordedRun.js'
import { tinyConfig } from '../testing/tinyRun.js'

/** A thousand times a file under `npm run test:faults`. */
const TIMES = process.env['TESSERA_FAULTS'] === '1' ? 1000 : 100

let original = ''
beforeAll(async () => {
  await useBackend('auto')
  const { workDir } = await recordedRun(tinyConfig({ custom_hooks: [{ type: 'EMAHook', momentum: 0.1 }] }))
  original = workDir
})

/** A copy of the run, and the file in its last checkpoint that is to be damaged. */
function copy(name: string) {
  const workDir = path.join(mkdtempSync(path.join(tmpdir(), 'tessera-damage-')), 'run')
  cpSync(original, workDir, { recursive: true })
  const file = path.join(workDir, 'epoch_3', name)
  return { workDir, file, bytes: readFileSync(file) }
}

const FILES = ['model.safetensors', 'ema.safetensors', 'optimizer.safetensors', 'trainer.json']

describe.each(FILES)('%s', (name) => {
  test('is whole to begin with, and there is no other', () => {
    expect(readdirSync(path.join(original, 'epoch_3')).sort()).toEqual([...FILES].sort())
    expect(latestCheckpoint(original, SILENT_LOGGER)).toBe(path.join(original, 'epoch_3'))
  })

  test(`bits flipped ${TIMES} times: never loaded, named, and the checkpoint before is used`, () => {
    const random = new RandomStream(3)
    const { workDir, file, bytes } = copy(name)
    const wrong: string[] = []
    for (let time = 0; time < TIMES; time++) {
      const flipped = Buffer.from(bytes)
      for (let flips = 1 + random.integer(3); flips > 0; flips--) {
        const at = random.integer(flipped.length)
        flipped[at] = (flipped[at] ?? 0) ^ (1 << random.integer(8))
      }
      if (flipped.equals(bytes)) continue
      writeFileSync(file, flipped)
      const said: string[] = []
      const logger: Logger = { ...SILENT_LOGGER, warning: (message) => said.push(message) }
      const found = latestCheckpoint(workDir, logger)
      if (found !== path.join(workDir, 'epoch_2') || !said.some((message) => message.includes(file)))
        wrong.push(`${time}: ${found} ${said.join()}`)
    }
    expect(wrong).toEqual([])
  })

  test('cut off at every length', () => {
    const { workDir, file, bytes } = copy(name)
    const every = Math.max(1, Math.floor((bytes.length / 4096) * (1000 / TIMES)))
    for (let length = 0; length < bytes.length; length += every) {
      writeFileSync(file, bytes.subarray(0, length))
      expect(() => readCheckpoint(path.dirname(file))).toThrow(file)
    }
    expect(latestCheckpoint(workDir, SILENT_LOGGER)).toBe(path.join(workDir, 'epoch_2'))
  })
})

test('without the hash check, damage would be loaded', () => {
  const random = new RandomStream(3)
  const { file, bytes } = copy('model.safetensors')
  let loaded = 0
  for (let time = 0; time < 100; time++) {
    const flipped = Buffer.from(bytes)
    const at = random.integer(flipped.length)
    flipped[at] = (flipped[at] ?? 0) ^ (1 << random.integer(8))
    try {
      readSafetensors(flipped, file)
      loaded++
    } catch {
      // The header noticed.
    }
  }
  expect(loaded).toBeGreaterThan(10)
})
