import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { DurableFileSystem } from '../checkpoint/durableFileSystem.js'
import { checkCrashes, workWithDisk } from '../testing/crashCampaign.js'
import { CrashFileSystem } from '../testing/crashFileSystem.js'

const WHOLE_CAMPAIGN = process.env['TESSERA_FAULTS'] === '1'
/** All subsets of what may be lost under `npm run test:faults`, lost content cut off at sixteen places; a tenth of it otherwise. */
const [MOST_STATES, SEEDS] = WHOLE_CAMPAIGN ? [400, 16] : [16, 1]

test('whatever of the unsynced is lost, at whatever moment: the last save that was acknowledged is there, whole', async () => {
  const system = new CrashFileSystem()
  await workWithDisk(system)
  let checked = 0
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { states, problems } = await checkCrashes(system, MOST_STATES, false, seed)
    expect(problems).toEqual([])
    checked += states
  }
  expect(checked).toBeGreaterThan(300 * SEEDS)
})

describe('the campaign finds what it is for', () => {
  test('every single flush is needed', async () => {
    const whole = new CrashFileSystem()
    await workWithDisk(whole)
    const unneeded: number[] = []
    // The first is the campaign's own.
    for (let n = 1; n < whole.syncCount; n++) {
      const system = new CrashFileSystem().skipSync(n)
      await workWithDisk(system)
      if ((await checkCrashes(system, 32, true)).problems.length === 0) unneeded.push(n)
    }
    expect(unneeded).toEqual([])
  })

  test('so is writing beside and renaming', async () => {
    const system = new CrashFileSystem()
    await workWithDisk(system, async (target, files, to: DurableFileSystem = system) => {
      await to.makeDirectory(target)
      for (const [name, content] of files) {
        await to.write(path.join(target, name), content)
        await to.syncFile(path.join(target, name))
      }
      await to.syncDirectory(target)
      await to.syncDirectory(path.dirname(target))
    })
    expect((await checkCrashes(system, 32, true)).problems[0]).toMatch(/is not whole/)
  })
})
