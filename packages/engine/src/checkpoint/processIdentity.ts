import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { errorCode } from './errorCode.js'

/** A process, so that another one that got its number later is not taken for it. */
export interface ProcessIdentity {
  readonly pid: number
  /** When it started, in the system's ticks since boot; undefined where the system does not say (anywhere but Linux). */
  readonly started: number | undefined
}

export function currentProcess(): ProcessIdentity {
  return { pid: process.pid, started: startOf(process.pid) }
}

/** Whether that very process still runs. Where its start is not known, its number decides. */
export function isRunning({ pid, started }: ProcessIdentity): boolean {
  if (pid !== process.pid && !exists(pid)) return false
  const now = startOf(pid)
  return started === undefined || now === undefined || now === started
}

/** For names of files on their way: which process made them (leftovers.ts reads it back), and something of its own. */
export function uniqueSuffix(): string {
  const { pid, started } = currentProcess()
  return `${pid}-${started ?? 0}-${randomBytes(4).toString('hex')}`
}

function startOf(pid: number): number | undefined {
  try {
    // The second field is the name in parentheses, which may hold anything; the start is the 20th after it.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const started = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19])
    return Number.isSafeInteger(started) ? started : undefined
  } catch {
    return undefined
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errorCode(error) === 'EPERM'
  }
}
