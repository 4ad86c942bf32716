// Runs under `npm run test:faults` only: needs Linux, and `unshare` and `prlimit` of util-linux.
import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { buildVictim, finishes, newWorkDir, type Outcome, runVictim, type Start, undisturbed } from './victims.js'

let OPTIONS: Start
let whole: Outcome
beforeAll(async () => {
  OPTIONS = { victim: await buildVictim('cpu'), env: { VICTIM_EPOCHS: '3' } }
  whole = await undisturbed(OPTIONS)
}, 120_000)

/** In a name space of its own anybody may mount. */
const OWN_NAMES = ['unshare', ...(process.getuid?.() === 0 ? [] : ['-Ur']), '-m']

function mayMount(): boolean {
  const [command = '', ...rest] = [...OWN_NAMES, 'mount', '-t', 'tmpfs', 'none', newWorkDir()]
  if (spawnSync(command, rest).status === 0) return true
  process.stdout.write('nobody may mount here: that a disk is full is injected by systemCalls.campaign.ts alone\n')
  return false
}
const MAY_MOUNT = mayMount()

describe('a full disk', () => {
  /** A victim on a disk of its own in a name space of its own, filled up to so many kilobytes; then everything is copied out of it. */
  async function onFullDisk(kilobytesLeft: number): Promise<{ workDir: string; text: string; code: number | null }> {
    const [mount, workDir] = [newWorkDir(), newWorkDir()]
    const losses = path.join(workDir, 'losses.txt')
    const script = [
      'mount -t tmpfs -o size=2m none "$0" || exit',
      `head -c ${2048 - kilobytesLeft}k /dev/zero > "$0/filler"`,
      '"$1" "$2" "$0"; code=$?',
      'rm "$0/filler"; cp -r "$0/." "$3"; exit $code',
    ].join('; ')
    const { stdout, stderr, code } = await runVictim(workDir, {
      ...OPTIONS,
      env: { ...OPTIONS.env, VICTIM_TALKS: '1', VICTIM_LOSSES: losses },
      wrapper: [...OWN_NAMES, 'sh', '-c', script, mount],
    })
    return { workDir, text: stdout + stderr, code }
  }

  test.each([16, 32, 48, 64, 96])('with %i kB left: the warning or the error names it, and what was saved is whole', async (kilobytes) => {
    if (!MAY_MOUNT) return
    const { workDir, text, code } = await onFullDisk(kilobytes)
    expect({ text, code }).toEqual({ text: expect.stringMatching(/ENOSPC|has \d+ MB left/), code: expect.any(Number) })
    expect([0, 1]).toContain(code)
    await finishes(workDir, `after a disk with ${kilobytes} kB left was full`, whole, OPTIONS)
  })
})

describe('limits of the process', () => {
  test.each([
    ['64 open files', ['prlimit', '--nofile=64']],
    ['files of 100 kB at most', ['prlimit', '--fsize=100000']],
    ...(MAY_MOUNT
      ? [['a megabyte of shared memory', [...OWN_NAMES, 'sh', '-c', 'mount -t tmpfs -o size=1m none /dev/shm && exec "$@"', 'sh']] as const]
      : []),
  ])('%s: enough', async (_, wrapper) => {
    const workDir = newWorkDir()
    const { code, stderr } = await runVictim(workDir, { ...OPTIONS, wrapper })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    await finishes(workDir, wrapper.join(' '), whole, OPTIONS)
  })

  test.each([1000, 3000, 6000])(
    'files of %i bytes at most: a named error, or a warning for what is only a log; nothing wrong is left',
    async (bytes) => {
      const workDir = newWorkDir()
      const { code, stdout, stderr } = await runVictim(workDir, {
        ...OPTIONS,
        env: { ...OPTIONS.env, VICTIM_TALKS: '1' },
        wrapper: ['prlimit', `--fsize=${bytes}`],
      })
      if (code === 0) expect(stdout).toMatch(/WARNING - .*EFBIG/)
      else expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/^[A-Z]+_[A-Z_]+ .*EFBIG/m) })
      await finishes(workDir, `files of ${bytes} bytes`, whole, OPTIONS)
    },
  )
})

describe('a work dir that cannot be written is refused before the first step', () => {
  test('a file stands in its way', async () => {
    const place = path.join(newWorkDir(), 'file')
    writeFileSync(place, '')
    const { code, stderr } = await runVictim(place, OPTIONS)
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(`WORK_DIR ${place}: nothing can be written there (E`) })
  })

  test('it is read-only', async () => {
    const folder = newWorkDir()
    // Root may write anywhere: the victim is nobody, and has its program where nobody may read it.
    const program = path.join(folder, 'victim.mjs')
    copyFileSync(OPTIONS.victim.program, program)
    const workDir = path.join(folder, 'work')
    mkdirSync(workDir)
    chmodSync(folder, 0o755)
    chmodSync(workDir, 0o555)
    const uid = process.getuid?.() === 0 ? { uid: 65_534 } : {}
    const { code, stderr } = await runVictim(workDir, { ...OPTIONS, ...uid, cwd: '/', victim: { ...OPTIONS.victim, program } })
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining(`WORK_DIR ${workDir}: nothing can be written there (EACCES`),
    })
  })

  test('its disk takes nothing', async () => {
    const workDir = '/proc/tessera'
    const { code, stderr } = await runVictim(workDir, OPTIONS)
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(`WORK_DIR ${workDir}: nothing can be written there (E`) })
  })
})
