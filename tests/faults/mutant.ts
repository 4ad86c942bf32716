// A part of the campaign as a program, to be bundled with one line of the source removed: `node mutant.mjs states|damage|schedules`.
// Ends with 1 and says what it found when something is wrong.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { RandomStream } from '@tessera/runtime'
import { saveDirectory } from '../../packages/engine/src/checkpoint/durableFiles.js'
import { checkCrashes, filesOf, workWithDisk } from '../../packages/engine/src/testing/crashCampaign.js'
import { CrashFileSystem } from '../../packages/engine/src/testing/crashFileSystem.js'
import { cutOff, flipBits } from '../../packages/engine/src/testing/damageCampaign.js'
import { checkSchedules } from './scheduleCampaign.js'

const PARTS: Record<string, () => Promise<readonly string[]>> = {
  async states() {
    const system = new CrashFileSystem()
    await workWithDisk(system)
    return (await checkCrashes(system, 32, true)).problems
  },

  async damage() {
    const workDir = mkdtempSync(path.join(tmpdir(), 'tessera-damage-'))
    for (const iter of [3, 6]) await saveDirectory(path.join(workDir, `iter_${iter}`), filesOf({ name: `iter_${iter}`, iter, note: '' }))
    const before = path.join(workDir, 'iter_3')
    return ['model.safetensors', 'trainer.json'].flatMap((name) => {
      const victim = { workDir, before, file: path.join(workDir, 'iter_6', name) }
      return [...flipBits(victim, 300, new RandomStream(3)), ...cutOff(victim, 300)]
    })
  },

  async schedules() {
    try {
      await checkSchedules(300, 1)
      return []
    } catch (error) {
      return [error instanceof Error ? error.message.slice(0, 300) : String(error)]
    }
  },
}

const part = PARTS[process.argv[2] ?? '']
if (part === undefined) throw new Error(`there is no part '${process.argv[2]}'`)
const problems = await part()
if (problems.length > 0) process.stdout.write(`${problems[0]}\n`)
process.exitCode = problems.length > 0 ? 1 : 0
