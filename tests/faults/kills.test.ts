import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { RandomStream } from '@tessera/runtime'
import {
  buildVictim,
  end,
  forEach,
  newWorkDir,
  type Outcome,
  outcomeOf,
  runVictim,
  type Start,
  share,
  start,
  undisturbed,
} from './victims.js'

const WHOLE_CAMPAIGN = process.env['TESSERA_FAULTS'] === '1'
/** A hundred chains under `npm run test:faults`; a tenth of them, of shorter runs, otherwise. */
const CHAINS = WHOLE_CAMPAIGN ? share(Array(100).fill(0)).length : 10
/** Printed, so that a failure can be had again: FAULTS_SEED=… */
const SEED = Number(process.env['FAULTS_SEED'] ?? 1)

let OPTIONS: Start
let whole: Outcome
let duration = 0
beforeAll(async () => {
  OPTIONS = { victim: await buildVictim(), env: { VICTIM_EPOCHS: WHOLE_CAMPAIGN ? '28' : '6' } }
  const before = performance.now()
  whole = await undisturbed(OPTIONS)
  duration = performance.now() - before
  process.stdout.write(`kills: seed ${SEED}, a run takes ${Math.round(duration)} ms\n`)
})

/** Until it has trained that far, or is gone. */
async function trainedTo(workDir: string, iter: number): Promise<void> {
  const file = path.join(workDir, 'losses.txt')
  for (let wait = 0; wait < 3000; wait++) {
    if (existsSync(file) && readFileSync(file, 'utf8').split('\n').length > iter) return
    await sleep(5)
  }
  throw new Error('the victim does not train')
}

/** How many iterations the victim in it has told of; a resumed one tells of some again. */
function told(workDir: string): number {
  const file = path.join(workDir, 'losses.txt')
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').length : 0
}

/** A random moment: one of four anywhere in a run's time, the others up to half a run into training. */
async function moment(workDir: string, random: RandomStream): Promise<void> {
  if (random.uniform() < 0.25) return sleep(random.uniform() * duration)
  const until = told(workDir) + 1 + random.integer(Math.ceil(whole.losses.size / 2))
  // A run that ends before is killed when it is gone, which is a case as well.
  for (let wait = 0; told(workDir) < until && wait < 5000; wait++) await sleep(3)
  await sleep(random.uniform() * 10)
}

/** Three kills, then a run to the end. */
async function chain(random: RandomStream): Promise<Outcome> {
  const workDir = newWorkDir()
  for (let kill = 0; kill < 3; kill++) {
    const child = start(workDir, OPTIONS)
    const ending = end(child)
    await Promise.race([moment(workDir, random), ending])
    child.kill('SIGKILL')
    await ending
  }
  const { code, stderr } = await runVictim(workDir, OPTIONS)
  if (code !== 0) throw new Error(`${workDir}: after three kills: ${stderr}`)
  return outcomeOf(workDir)
}

test(`${CHAINS} chains of three kills, each ending bit for bit like a run that nothing disturbed`, async () => {
  const random = new RandomStream(SEED)
  await forEach(
    Array.from({ length: CHAINS }, (_, index) => index),
    async (index) => {
      expect(await chain(random.fork(index))).toEqual(whole)
    },
  )
}, 3_600_000)

describe('signals', () => {
  /** Iterations after which the signal comes. */
  const moments = WHOLE_CAMPAIGN ? share(Array.from({ length: 16 }, (_, index) => 1 + 12 * index)) : [10]
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s: stops after the step, saves, ends with %i; resumed it is as if nothing had been', async (signal, code) => {
    await forEach(moments, async (iter) => {
      const workDir = newWorkDir()
      const child = start(workDir, OPTIONS)
      const ending = end(child)
      await trainedTo(workDir, iter)
      child.kill(signal)
      expect(await ending).toMatchObject({ code, stderr: expect.stringContaining('stopping after this step') })
      expect(outcomeOf(workDir).iter).toBeGreaterThanOrEqual(iter)
      await runVictim(workDir, OPTIONS)
      expect(outcomeOf(workDir)).toEqual(whole)
    })
  })

  test('a second Ctrl-C leaves at once, in the midst of a step', async () => {
    const workDir = newWorkDir()
    const child = start(workDir, { ...OPTIONS, env: { ...OPTIONS.env, VICTIM_SLEEPS_AT: '5' } })
    const ending = end(child)
    await trainedTo(workDir, 5)
    child.kill('SIGINT')
    // Two signals that come together are one.
    await once(child.stderr ?? child, 'data')
    child.kill('SIGINT')
    const before = performance.now()
    const { code, stderr } = await ending
    const took = performance.now() - before
    process.stdout.write(`left ${Math.round(took)} ms after the second Ctrl-C\n`)
    expect({ code, stderr }).toEqual({ code: 130, stderr: expect.stringContaining('stopping after this step') })
    // The step would have taken thirty seconds.
    expect(took).toBeLessThan(WHOLE_CAMPAIGN ? 1000 : 10_000)
    await runVictim(workDir, OPTIONS)
    expect(outcomeOf(workDir)).toEqual(whole)
  })

  test('stopped and continued; its output closed', async () => {
    const workDir = newWorkDir()
    const child = start(workDir, { ...OPTIONS, env: { ...OPTIONS.env, VICTIM_TALKS: '1' } })
    await once(child.stdout ?? child, 'data')
    child.stdout?.destroy()
    child.kill('SIGSTOP')
    await sleep(50)
    child.kill('SIGCONT')
    expect((await end(child)).code).toBe(0)
    expect(outcomeOf(workDir)).toEqual(whole)
  })
})

describe('two runs in one work dir', () => {
  test('the second is refused with the number of the first, which goes on', async () => {
    const workDir = newWorkDir()
    const first = start(workDir, OPTIONS)
    const ending = end(first)
    await trainedTo(workDir, 3)
    // Held, so that it is still there when the second has started: on a busy machine that takes longer than the whole training.
    first.kill('SIGSTOP')
    const second = await runVictim(workDir, OPTIONS)
    first.kill('SIGCONT')
    expect(second.code).toBe(1)
    expect(second.stderr).toContain(`WORK_DIR ${workDir}: another run (process ${first.pid} on `)
    expect((await ending).code).toBe(0)
    expect(outcomeOf(workDir)).toEqual(whole)
  })

  test('of two that start together both may train only one after the other', async () => {
    for (let pair = WHOLE_CAMPAIGN ? 25 : 1; pair > 0; pair--) {
      const workDir = newWorkDir()
      const endings = await Promise.all([runVictim(workDir, OPTIONS), runVictim(workDir, OPTIONS)])
      for (const { code, stderr } of endings.filter((ending) => ending.code !== 0)) {
        expect(code).toBe(1)
        expect(stderr).toContain('another run')
      }
      expect(endings.some(({ code }) => code === 0)).toBe(true)
      expect(outcomeOf(workDir)).toEqual(whole)
    }
  })
})

describe('places and languages', () => {
  const clockBack = 'data:text/javascript,const now=Date.now;Date.now=()=>now()-864e5'
  const places: [string, Partial<Start>, string][] = [
    ['letters of all kinds', {}, 'größe 大きさ ☃'],
    ['a clock that is a day behind after the first save', { env: { NODE_OPTIONS: `--import="${clockBack}"` } }, 'plain'],
    ['another time zone', { env: { TZ: 'Pacific/Kiritimati' } }, 'plain'],
    ['Turkish, where i has a dot', { env: { LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' } }, 'plain'],
    ['spaces and quotes', {}, `a 'b' "c" $d`],
    ['a name as long as names may be', {}, 'x'.repeat(255)],
  ]
  test.each(WHOLE_CAMPAIGN ? places : places.slice(0, 2))('%s', async (_, options, name) => {
    const workDir = path.join(newWorkDir(), name)
    mkdirSync(workDir)
    const child = start(workDir, OPTIONS)
    const ending = end(child)
    await trainedTo(workDir, 9)
    child.kill('SIGKILL')
    await ending
    const { code, stderr } = await runVictim(workDir, { ...OPTIONS, env: { ...OPTIONS.env, ...options.env } })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(outcomeOf(workDir)).toEqual(whole)
  })
})
