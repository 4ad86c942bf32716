import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { SILENT_LOGGER } from '@tessera/core'
import { readSafetensors } from '@tessera/nn'
import { RandomStream, useBackend } from '@tessera/runtime'
import { LAST_CHECKPOINT, latestCheckpoint } from '../checkpoint/findCheckpoint.js'
import { cutOff, flipBits } from '../testing/damageCampaign.js'
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
  return { workDir, file, before: path.join(workDir, 'epoch_2'), bytes: readFileSync(file) }
}

const FILES = ['model.safetensors', 'ema.safetensors', 'optimizer.safetensors', 'trainer.json']

describe.each(FILES)('%s', (name) => {
  test('is whole to begin with, and there is no other', () => {
    expect(readdirSync(path.join(original, 'epoch_3')).sort()).toEqual([...FILES].sort())
    expect(latestCheckpoint(original, SILENT_LOGGER)).toBe(path.join(original, 'epoch_3'))
  })

  test(`bits flipped ${TIMES} times: never loaded, named, and the checkpoint before is used`, () => {
    expect(flipBits(copy(name), TIMES, new RandomStream(3))).toEqual([])
  })

  test(`cut off at ${TIMES} lengths and more`, () => {
    expect(cutOff(copy(name), TIMES)).toEqual([])
  })
})

test(`last_checkpoint damaged ${TIMES} times: the newest is found by itself`, () => {
  const random = new RandomStream(5)
  const { workDir } = copy('model.safetensors')
  const file = path.join(workDir, LAST_CHECKPOINT)
  const whole = readFileSync(file)
  const found = new Set<string | undefined>()
  for (let time = 0; time < TIMES; time++) {
    const damaged = Buffer.from(whole.subarray(0, time % 2 === 0 ? random.integer(whole.length) : whole.length))
    for (let flips = random.integer(4); flips > 0 && damaged.length > 0; flips--)
      damaged[random.integer(damaged.length)] = random.integer(256)
    writeFileSync(file, damaged)
    found.add(latestCheckpoint(workDir, SILENT_LOGGER))
  }
  expect([...found]).toEqual([path.join(workDir, 'epoch_3')])
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
