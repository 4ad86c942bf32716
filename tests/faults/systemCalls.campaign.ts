// Runs under `npm run test:faults` only: needs strace (a package of every Linux distribution).
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { buildVictim, newWorkDir, type Outcome, outcomeOf, runVictim, type Start, undisturbed } from './victims.js'

/** Short: three saves, one validation, two deletions. One thread for files, so that the n-th call is the same call each time. */
const OPTIONS: Start = { env: { VICTIM_EPOCHS: '3', UV_THREADPOOL_SIZE: '1' }, cwd: '/' }
const CALLS = ['mkdir', 'pwrite64', 'fsync', 'rename', 'unlink', 'rmdir', 'link'] as const
type Call = (typeof CALLS)[number]

let whole: Outcome
let counts: Record<Call, number>
beforeAll(async () => {
  await buildVictim()
  whole = await undisturbed(OPTIONS)
  counts = await countCalls()
  process.stdout.write(`system calls of a run: ${JSON.stringify(counts)}\n`)
}, 120_000)

/** How often the busiest thread makes each call. */
async function countCalls(): Promise<Record<Call, number>> {
  const workDir = newWorkDir()
  const log = path.join(newWorkDir(), 'strace.log')
  await runVictim(workDir, {
    ...OPTIONS,
    wrapper: ['strace', '-f', '-qq', '--seccomp-bpf', '-e', 'signal=none', '-e', `trace=${CALLS.join(',')}`, '-o', log],
  })
  const byThread = new Map<string, number>()
  for (const line of readFileSync(log, 'utf8').split('\n')) {
    const [, thread, call] = /^(\d+)\s+(\w+)\(/.exec(line) ?? []
    if (call !== undefined) byThread.set(`${call} ${thread}`, (byThread.get(`${call} ${thread}`) ?? 0) + 1)
  }
  const most = (call: Call): number => Math.max(0, ...[...byThread].filter(([key]) => key.startsWith(`${call} `)).map(([, count]) => count))
  return Object.fromEntries(CALLS.map((call) => [call, most(call)])) as Record<Call, number>
}

/** Without --seccomp-bpf, under which strace injects nothing. */
function injected(call: Call, what: string): Start {
  return {
    ...OPTIONS,
    wrapper: ['strace', '-f', '-qq', '-o', '/dev/null', '-e', `trace=${call}`, '-e', `inject=${call}:${what}`],
  }
}

/** Two at a time: there are two cores. */
async function forEach<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items]
  const lane = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item)
  }
  await Promise.all([lane(), lane()])
}

async function finishes(workDir: string, what: string): Promise<void> {
  const { code, stderr } = await runVictim(workDir, OPTIONS)
  if (code !== 0) throw new Error(`${what}: the run that goes on fails: ${stderr}`)
  let outcome: Outcome
  try {
    outcome = outcomeOf(workDir)
  } catch (error) {
    throw new Error(`${what}: ${String(error)}`)
  }
  if (JSON.stringify(outcome.hashes) !== JSON.stringify(whole.hashes)) throw new Error(`${what}: ends with other weights`)
  expect(outcome.losses).toEqual(whole.losses)
  rmSync(workDir, { recursive: true, force: true })
}

describe.each(CALLS)('%s', (call) => {
  test('killed at every one: goes on to the same bits, and leaves nothing', async () => {
    expect(counts[call]).toBeGreaterThan(0)
    await forEach(
      Array.from({ length: counts[call] }, (_, index) => index + 1),
      async (n) => {
        const workDir = newWorkDir()
        await runVictim(workDir, injected(call, `signal=KILL:when=${n}`))
        await finishes(workDir, `killed at ${call} ${n}`)
      },
    )
  }, 3_600_000)

  test('fails at every one, once and from then on: a warning or a named error, never a wrong checkpoint', async () => {
    const cases = Array.from({ length: counts[call] }, (_, index) => index + 1).flatMap((n) =>
      ['EIO', 'ENOSPC'].flatMap((error) => [`error=${error}:when=${n}`, `error=${error}:when=${n}+`]),
    )
    await forEach(cases, async (what) => {
      const workDir = newWorkDir()
      const { code, stderr, signal } = await runVictim(workDir, injected(call, what))
      if (signal !== null || (code !== 0 && code !== 1) || (code === 1 && !/^[A-Z_]+ .*(?:EIO|ENOSPC)/m.test(stderr)))
        throw new Error(`${call} ${what}: ended with ${code ?? signal}, saying '${stderr}'`)
      await finishes(workDir, `${call} ${what}`)
    })
  }, 3_600_000)
})

describe('little room', () => {
  test('a disk of 4 MB, filled up: the error or the warning names it, and what was saved is whole', async () => {
    // A file system of its own in a user namespace; no rights are needed.
    const script =
      'mount -t tmpfs -o size=400k none "$1" && cp -r "$2/." "$1" && head -c 300k /dev/zero > "$1/filler"; "$3" "$4" "$1"; code=$?; rm -f "$1/filler"; cp -r "$1/." "$2"; exit $code'
    const [mount, workDir] = [newWorkDir(), newWorkDir()]
    const victim = path.join(import.meta.dirname, '../../node_modules/.cache/tessera-faults/victim.mjs')
    const env = { ...process.env, ...OPTIONS.env, TESSERA_BACKEND: 'cpu', VICTIM_TALKS: '1', NODE_OPTIONS: '' }
    let text = ''
    try {
      text = execFileSync('unshare', ['-Urm', 'sh', '-c', script, 'sh', mount, workDir, process.execPath, victim], {
        env,
        encoding: 'utf8',
        stdio: 'pipe',
      })
    } catch (error) {
      text = String(Reflect.get(error as object, 'stdout')) + String(Reflect.get(error as object, 'stderr'))
    }
    expect(text).toMatch(/ENOSPC|has \d+ MB left/)
    await finishes(workDir, 'after a full disk')
  })

  test.each([
    ['256 open files', ['prlimit', '--nofile=256']],
    ['files of 100 kB at most', ['prlimit', '--fsize=100000']],
  ])('%s', async (_, wrapper) => {
    const workDir = newWorkDir()
    const { code, stderr } = await runVictim(workDir, { ...OPTIONS, wrapper })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    await finishes(workDir, wrapper.join(' '))
  })

  test('a work dir that cannot be written is refused before the first step', async () => {
    const { code, stderr } = await runVictim('/proc/tessera', OPTIONS)
    expect(code).toBe(1)
    expect(stderr).toMatch(/WORK_DIR \/proc\/tessera: nothing can be written there/)
  })
})
