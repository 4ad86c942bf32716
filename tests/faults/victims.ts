import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { SILENT_LOGGER } from '@tessera/core'
import { latestCheckpoint, readCheckpoint } from '@tessera/engine'
import { bundleProgram, type Mutation } from './bundle.js'

const ENTRY = path.join(import.meta.dirname, 'victim.ts')

/** A victim on a backend, as a program. */
export interface Victim {
  readonly program: string
  readonly backend: string
}

/** FAULTS_BACKEND=native runs the campaign on the native backend, whose start takes three times as long. */
export async function buildVictim(
  backend = process.env['FAULTS_BACKEND'] ?? 'cpu',
  mutant?: { name: string; mutation: Mutation },
): Promise<Victim> {
  const name = ['victim', backend, ...(mutant === undefined ? [] : [mutant.name])].join('-')
  const program = await bundleProgram(ENTRY, { name, standalone: backend === 'cpu', ...(mutant && { mutation: mutant.mutation }) })
  return { program, backend }
}

export interface Start {
  readonly victim: Victim
  readonly env?: Readonly<Record<string, string>>
  /** What runs the victim: a tracer and its arguments, say. */
  readonly wrapper?: readonly string[]
  readonly cwd?: string
  /** Another user's number, which only root may choose. */
  readonly uid?: number
}

/** A victim that goes on for so long hangs. */
const PATIENCE_MS = 120_000

/** In a process group of its own, so that a tracer and what it traces go together. */
export function start(workDir: string, { victim, env = {}, wrapper = [], cwd, uid }: Start): ChildProcess {
  const [command = process.execPath, ...rest] = [...wrapper, process.execPath, victim.program, workDir]
  return spawn(command, rest, {
    detached: true,
    cwd,
    ...(uid !== undefined && { uid }),
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '', TESSERA_BACKEND: victim.backend, CI: '1', ...env },
  })
}

export interface Ending {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export async function end(child: ChildProcess): Promise<Ending> {
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += String(chunk)
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += String(chunk)
  })
  const impatience = setTimeout(() => {
    stderr += `\nstill there after ${PATIENCE_MS / 1000} s\n`
    // Minus: the whole group.
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  }, PATIENCE_MS)
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  clearTimeout(impatience)
  return { code, signal, stdout, stderr }
}

export async function runVictim(workDir: string, options: Start): Promise<Ending> {
  return end(start(workDir, options))
}

export function newWorkDir(name = 'tessera-faults-'): string {
  return mkdtempSync(path.join(tmpdir(), name))
}

/** What a run came to: hashes of its last checkpoint's tensors, and each iteration's loss. */
export interface Outcome {
  readonly iter: number
  readonly hashes: Readonly<Record<string, string>>
  readonly losses: ReadonlyMap<number, string>
}

/** @throws when two tellings of one iteration differ, when nothing whole is there, or when something was left over */
export function outcomeOf(workDir: string): Outcome {
  const found = latestCheckpoint(workDir, SILENT_LOGGER)
  if (found === undefined) throw new Error(`${workDir}: no checkpoint`)
  const { meta } = readCheckpoint(found)
  const { files } = JSON.parse(readFileSync(path.join(found, 'trainer.json'), 'utf8')) as { files: Record<string, { sha256: string }> }
  const losses = new Map<number, string>()
  for (const line of readFileSync(path.join(workDir, 'losses.txt'), 'utf8').split('\n')) {
    const [iter, loss] = line.split(' ')
    // A kill may cut the last line short.
    if (iter === undefined || loss === undefined || loss === '') continue
    const known = losses.get(Number(iter))
    if (known !== undefined && known !== loss && !known.startsWith(loss) && !loss.startsWith(known))
      throw new Error(`${workDir}: iteration ${iter} gave ${known} and ${loss}`)
    if (known === undefined || loss.length > known.length) losses.set(Number(iter), loss)
  }
  const left = leftovers(workDir)
  if (left.length > 0) throw new Error(`${workDir}: left over: ${left.join(', ')}`)
  return { iter: meta.iter, hashes: Object.fromEntries(Object.entries(files).map(([name, { sha256 }]) => [name, sha256])), losses }
}

export function leftovers(workDir: string): string[] {
  return readdirSync(workDir, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tmp-|trash-|-lock/.test(name))
}

/** A whole run that nothing disturbs. */
export async function undisturbed(options: Start): Promise<Outcome> {
  const workDir = newWorkDir()
  const { code, stderr } = await runVictim(workDir, options)
  if (code !== 0 || !existsSync(path.join(workDir, 'losses.txt'))) throw new Error(`the victim fails by itself: ${stderr}`)
  return outcomeOf(workDir)
}

/** Every n-th of many cases with FAULTS_SHARE=n, for whoever has less time; all of them without. */
export function share<T>(cases: readonly T[]): readonly T[] {
  const every = Number(process.env['FAULTS_SHARE'] ?? 1)
  return cases.filter((_, index) => index % every === 0)
}

/** Two at a time: there are two cores. @throws when all are through, naming every one that went wrong */
export async function forEach<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items]
  const problems: string[] = []
  const lane = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      try {
        await work(item)
      } catch (error) {
        problems.push(error instanceof Error ? error.message : String(error))
      }
    }
  }
  await Promise.all([lane(), lane()])
  if (problems.length > 0) throw new Error(`${problems.length} of ${items.length} went wrong:\n${problems.join('\n')}`)
}

/** Lets a run go on that something befell. @throws when it fails, leaves something, or ends otherwise than undisturbed */
export async function finishes(workDir: string, what: string, whole: Outcome, options: Start): Promise<void> {
  const { code, stderr } = await runVictim(workDir, options)
  if (code !== 0) throw new Error(`${what}: the run that goes on fails: ${stderr}`)
  let outcome: Outcome
  try {
    outcome = outcomeOf(workDir)
  } catch (error) {
    throw new Error(`${what}: ${String(error)}`)
  }
  const differs = (['iter', 'hashes', 'losses'] as const).filter((key) => !isDeepStrictEqual(outcome[key], whole[key]))
  if (differs.length > 0) throw new Error(`${what}: goes on to other ${differs.join(', ')} than undisturbed`)
  rmSync(workDir, { recursive: true, force: true })
}
