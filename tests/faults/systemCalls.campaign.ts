// Runs under `npm run test:faults` only: needs strace.
import { rmSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { breachesOfOrder, ORDER_CALLS } from './saveOrder.js'
import { type InjectionPoint, injectedCalls, injecting, injectionPoints, plain, requireStrace, tracedRun } from './tracing.js'
import { buildVictim, finishes, forEach, newWorkDir, type Outcome, runVictim, type Start, share, undisturbed } from './victims.js'

/** `unlinkat` and `mkdirat` are here in case a newer Node takes them. */
const CALLS = ['mkdir', 'openat', 'pwrite64', 'fsync', 'fdatasync', 'rename', 'close', 'unlink', 'rmdir', 'link'] as const
/** The log's folder gets the same name each time. */
const NOW = '2026-01-02T03:04:05Z'

/** Short: three saves, one validation, two deletions. One thread for files, so that the n-th call is the same call each time. */
let OPTIONS: Start
let whole: Outcome
let points: InjectionPoint[]
/** What was hit instead of what was meant. */
let missed: string[] = []

beforeAll(async () => {
  requireStrace()
  OPTIONS = { victim: await buildVictim('cpu'), env: { VICTIM_EPOCHS: '3', UV_THREADPOOL_SIZE: '1', VICTIM_NOW: NOW }, cwd: '/' }
  whole = await undisturbed(OPTIONS)
  const workDir = newWorkDir()
  const calls = await tracedRun(workDir, CALLS, OPTIONS)
  // The losses are the campaign's own.
  points = injectionPoints(calls, workDir, calls[0]?.thread ?? '').filter(({ what }) => !what.includes('losses.txt'))
  const counts = CALLS.map((call) => `${points.filter((point) => point.call === call).length} ${call}`)
  process.stdout.write(`calls on the work dir: ${counts.join(', ')}\n`)
}, 120_000)

/** Runs a victim that something befalls, and then to its end. @param onwards that call and all after it */
async function befall(point: InjectionPoint, fault: string, onwards = false): Promise<void> {
  const workDir = newWorkDir()
  const log = path.join(newWorkDir('tessera-trace-'), 'log')
  const injection = `${fault}:when=${point.when}${onwards ? '+' : ''}`
  const what = `${point.call} ${point.what} ${injection}`
  const env = { ...OPTIONS.env, ...(point.pad !== undefined && { VICTIM_PAD: point.pad }) }
  const { code, stderr, signal } = await runVictim(workDir, { ...OPTIONS, env, wrapper: injecting(point.call, injection, log) })
  const hit = injectedCalls(log).map(({ text }) => plain(text, workDir))[0]
  if (hit !== point.what) missed.push(`${point.call} ${point.what}: ${hit}`)
  const isKilled = fault.startsWith('signal')
  if (!isKilled && (signal !== null || (code !== 0 && code !== 1)))
    throw new Error(`${what}: ended with ${code ?? signal}, saying '${stderr}'`)
  // An error that ends the run has a name of ours and says which of the system's it was.
  if (!isKilled && code === 1 && !/^[A-Z]+_[A-Z_]+ .*\bE[A-Z]+\b/m.test(stderr)) throw new Error(`${what}: says '${stderr}'`)
  await finishes(workDir, what, whole, OPTIONS)
  rmSync(path.dirname(log), { recursive: true })
}

function tell(what: string): void {
  const some = missed.slice(0, 5).map((miss) => `\n  ${miss}`)
  process.stdout.write(`${what}, ${missed.length} of them other than meant${some.join('')}\n`)
}

describe('at every call on the work dir', () => {
  test('killed: goes on to the same bits, and leaves nothing', async () => {
    missed = []
    const killed = share(points.filter(({ call }) => call !== 'close'))
    await forEach(killed, (point) => befall(point, 'signal=KILL'))
    tell(`killed at ${killed.length} calls`)
    expect(missed.length / killed.length).toBeLessThan(0.05)
  })

  test('fails once or from then on: a warning or a named error, never a wrong checkpoint', async () => {
    missed = []
    type Case = readonly [point: InjectionPoint, fault: string, onwards: boolean]
    const cases = points.flatMap((point): Case[] => {
      if (point.call === 'openat') return [[point, 'error=EMFILE', false]]
      if (point.call === 'close') return [[point, 'error=EIO', false]]
      return ['error=EIO', 'error=ENOSPC'].flatMap((fault): Case[] => [
        [point, fault, false],
        [point, fault, true],
      ])
    })
    const all = share(cases)
    await forEach(all, (given) => befall(...given))
    tell(`${all.length} errors`)
    expect(missed.length / all.length).toBeLessThan(0.05)
  })
})

test('what a run saves, it flushes, names, points to and drops in the order of the protocol', async () => {
  const workDir = newWorkDir()
  const calls = await tracedRun(workDir, ORDER_CALLS, OPTIONS)
  expect(calls.filter(({ call, text }) => call === 'rename' && text.includes(workDir)).length).toBeGreaterThan(10)
  expect(breachesOfOrder(calls, workDir)).toEqual([])
})
