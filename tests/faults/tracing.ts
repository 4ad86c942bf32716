import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { newWorkDir, runVictim, type Start } from './victims.js'

/** A system call that a victim made. */
export interface TracedCall {
  readonly thread: string
  readonly call: string
  /** Its arguments and result as strace writes them; files are named, open ones as well. */
  readonly text: string
}

/** @throws Error that says how to get it: without strace nothing can be injected */
export function requireStrace(): void {
  if (spawnSync('strace', ['--version']).status !== 0)
    throw new Error('the campaign needs strace, a package of every Linux distribution: apt-get install strace')
}

/** Runs a victim and notes its calls; at full speed, since only these are looked at. */
export async function tracedRun(workDir: string, calls: readonly string[], options: Start): Promise<TracedCall[]> {
  const log = path.join(newWorkDir(), 'strace.log')
  const wrapper = [
    'strace',
    '-f',
    '-qq',
    '-y',
    '-s',
    '0',
    '--seccomp-bpf',
    '-e',
    'signal=none',
    '-e',
    `trace=${calls.join(',')}`,
    '-o',
    log,
  ]
  const { code, stderr } = await runVictim(workDir, { ...options, wrapper })
  if (code !== 0) throw new Error(`the victim fails when it is traced: ${stderr}`)
  return callsOf(readFileSync(log, 'utf8'))
}

/** Without --seccomp-bpf, under which strace 6.1 counts wrongly. @param file only calls on that file */
export function injecting(call: string, what: string, log: string, file?: string): readonly string[] {
  const paths = file === undefined ? [] : ['-P', file]
  return [
    'strace',
    '-f',
    '-qq',
    '-y',
    '-s',
    '0',
    '-e',
    'signal=none',
    '-o',
    log,
    ...paths,
    '-e',
    `trace=${call}`,
    '-e',
    `inject=${call}:${what}`,
  ]
}

/** What the injection did something to: the call that failed by it, or that the victim died in. */
export function injectedCalls(log: string): TracedCall[] {
  const lines = readFileSync(log, 'utf8').split('\n')
  const failed = lines.filter((line) => line.includes('(INJECTED)') || line.includes(') = ?'))
  return callsOf(failed.join('\n'))
}

export function callsOf(log: string): TracedCall[] {
  return log.split('\n').flatMap((line) => {
    const [, thread, call, text] = /^(\d+)\s+(\w+)\((.*)$/.exec(line) ?? []
    return thread === undefined || call === undefined || text === undefined ? [] : [{ thread, call, text }]
  })
}

/** A call to inject something at. */
export interface InjectionPoint {
  readonly call: string
  /** Counted from 1 in its thread, with what the victim pads. */
  readonly when: number
  readonly pad?: string
  /** What it does, without what differs from run to run. */
  readonly what: string
}

/**
 * Every call on the work dir. strace counts each thread for itself, and acts in whichever reaches the number first: so the victim first
 * makes as many calls that come to nothing, in the thread that is meant, as the busiest of the others makes in all.
 */
export function injectionPoints(calls: readonly TracedCall[], workDir: string, main: string): InjectionPoint[] {
  const counts = new Map<string, number>()
  const totals = new Map<string, Map<string, number>>()
  for (const { thread, call } of calls) {
    const ofCall = totals.get(call) ?? new Map<string, number>()
    totals.set(call, ofCall.set(thread, (ofCall.get(thread) ?? 0) + 1))
  }
  return calls.flatMap(({ thread, call, text }) => {
    const key = `${thread} ${call}`
    const n = (counts.get(key) ?? 0) + 1
    counts.set(key, n)
    if (!text.includes(workDir)) return []
    const others = Math.max(0, ...[...(totals.get(call) ?? [])].filter(([other]) => other !== thread).map(([, total]) => total))
    const padded = others > 0 && { pad: `${thread === main ? 'main' : 'pool'} ${call} ${others}` }
    return [{ call, when: n + others, ...padded, what: plain(text, workDir) }]
  })
}

/** A call's text without the names that are new in every run. */
export function plain(text: string, workDir: string): string {
  return (
    text
      .replaceAll(workDir, 'WORK_DIR')
      .replace(/ = .*$/, '')
      .replace(/ <unfinished.*$/, '')
      .replace(/\)$/, '')
      .replace(/\d{8}_\d{6}/g, 'TIME')
      .replace(/-\d+-\d+-[0-9a-f]{8}/g, '-OWNER')
      .replace(/\b\d+(?=<)/g, 'FD')
      // How many bytes: a manifest holds times, whose digits vary in number.
      .replace(/(""\.*), \d+/, '$1, BYTES')
  )
}
