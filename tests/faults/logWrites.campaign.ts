// Runs under `npm run test:faults` only: needs strace.
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { injectedCalls, injecting, requireStrace, tracedRun } from './tracing.js'
import { buildVictim, finishes, forEach, newWorkDir, type Outcome, runVictim, type Start, share, undisturbed } from './victims.js'

/** The log's folder gets the same name each time. */
const NOW = '2026-01-02T03:04:05Z'
/** A dead process's. strace can be told to act on the writes to one file alone, for which its name has to be known before. */
const SUFFIX = '999999999-1-0123abcd'

let OPTIONS: Start
let whole: Outcome
/** How often the victim writes to each file that is no part of a checkpoint: logs, scalars, the config, reports, curves, the lock. */
let writes: [file: string, times: number][]

beforeAll(async () => {
  requireStrace()
  const mutation = {
    file: 'packages/engine/src/checkpoint/processIdentity.ts',
    change: (source: string) => source.replace(/return `\$\{pid\}.*`/, `return '${SUFFIX}'`),
  }
  const victim = await buildVictim('cpu', { name: 'same-names', mutation })
  OPTIONS = { victim, env: { VICTIM_EPOCHS: '3', VICTIM_NOW: NOW, VICTIM_TALKS: '1' }, cwd: '/' }
  whole = await undisturbed(OPTIONS)
  const workDir = newWorkDir()
  const counts = new Map<string, number>()
  for (const { text } of await tracedRun(workDir, ['write'], OPTIONS)) {
    const file = /^\d+<([^>]*)>/.exec(text)?.[1] ?? ''
    // The losses are the campaign's own.
    if (file.startsWith(`${workDir}/`) && !file.endsWith('losses.txt'))
      counts.set(path.relative(workDir, file), (counts.get(path.relative(workDir, file)) ?? 0) + 1)
  }
  writes = [...counts]
  process.stdout.write(`writes: ${writes.map(([file, times]) => `${times} ${file}`).join(', ')}\n`)
}, 120_000)

/** Lines that are torn, in logs and in files of JSON lines. */
function tornLines(workDir: string): string[] {
  const files = readdirSync(workDir, { recursive: true, encoding: 'utf8' }).filter((name) => /\.log$|scalars\.json$|\d\.json$/.test(name))
  return files.flatMap((name) => {
    const text = readFileSync(path.join(workDir, name), 'utf8')
    const isWhole = name.endsWith('.log') ? () => true : isJson
    return [...(text === '' || text.endsWith('\n') ? [] : ['']), ...text.split('\n').filter((line) => line !== '' && !isWhole(line))].map(
      (line) => `${name}: '${line}'`,
    )
  })
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line)
    return true
  } catch {
    return false
  }
}

async function befall(file: string, fault: string, when: string): Promise<void> {
  const workDir = newWorkDir()
  const log = path.join(newWorkDir('tessera-trace-'), 'log')
  const what = `write ${file} ${fault} ${when}`
  const wrapper = injecting('write', `${fault}:when=${when}`, log, path.join(workDir, file))
  const { code, stdout, stderr, signal } = await runVictim(workDir, { ...OPTIONS, wrapper })
  if (injectedCalls(log).length === 0) throw new Error(`${what}: nothing befell it`)
  if (!fault.startsWith('signal')) {
    if (signal !== null || (code !== 0 && code !== 1)) throw new Error(`${what}: ended with ${code ?? signal}, saying '${stderr}'`)
    const said = code === 1 ? /^[A-Z]+_[A-Z_]+ .*\bE(?:IO|NOSPC)\b/m.test(stderr) : /WARNING - .*\bE(?:IO|NOSPC)\b/.test(stdout)
    if (!said) throw new Error(`${what}: ended with ${code}, saying '${stdout.slice(-300)}${stderr}'`)
  }
  const torn = tornLines(workDir)
  if (torn.length > 0) throw new Error(`${what}: torn: ${torn.join(', ')}`)
  await finishes(workDir, what, whole, OPTIONS)
  rmSync(path.dirname(log), { recursive: true })
}

describe('at every write of a log, a report, the config or the lock', () => {
  const points = (): [file: string, n: number][] =>
    writes.flatMap(([file, times]) => Array.from({ length: times }, (_, index): [string, number] => [file, index + 1]))

  test('there are all of them', () => {
    const names = writes.map(([file]) => path.basename(file).replace(/\.tmp-.*/, ''))
    expect(names.toSorted()).toEqual(
      [
        '.tessera-lock',
        '20260102_030405.json',
        '20260102_030405.log',
        'config.json',
        'curves.svg',
        'report.html',
        'report.json',
        'scalars.json',
        'victim.json',
      ].toSorted(),
    )
  })

  test('killed: goes on to the same bits, and leaves nothing', async () => {
    await forEach(share(points()), ([file, n]) => befall(file, 'signal=KILL', String(n)))
  })

  test('no room, once or from then on: a warning or a named error, no torn line, the same bits', async () => {
    const cases = points().flatMap(([file, n]): [string, string, string][] => [
      [file, 'error=ENOSPC', String(n)],
      [file, 'error=ENOSPC', `${n}+`],
      ...(n === 1 ? [[file, 'error=EIO', '1'] as [string, string, string]] : []),
    ])
    await forEach(share(cases), (given) => befall(...given))
    process.stdout.write(`${share(cases).length} errors of writes\n`)
  })
})
