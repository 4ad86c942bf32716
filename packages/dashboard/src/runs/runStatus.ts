import type { RunStatus } from '../api.js'

/** A run that wrote within this time is at work, as far as one can see. */
const FRESH_MS = 120_000

export interface StatusSigns {
  /** Whether a living process holds the work dir; undefined where nothing says so (MMEngine's work dirs). */
  readonly held: boolean | undefined
  /** It is the newest run of its work dir: only that can be at work. */
  readonly newest: boolean
  readonly end: 'finished' | 'stopped' | undefined
  readonly iter: number
  readonly maxIters: number | undefined
  /** Milliseconds since anything was written. */
  readonly silentMs: number
}

export function statusOf({ held, newest, end, iter, maxIters, silentMs }: StatusSigns): RunStatus {
  if (end !== undefined) return end
  if (newest && held === true) return 'running'
  if (maxIters !== undefined && iter >= maxIters) return 'finished'
  if (newest && held === undefined && silentMs < FRESH_MS) return 'running'
  return 'quiet'
}
