import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { SILENT_LOGGER } from '@tessera/core'
import { latestCheckpoint, readCheckpoint } from '@tessera/engine'
import { build } from 'esbuild'

const ROOT = path.join(import.meta.dirname, '../..')
const BUNDLE = path.join(ROOT, 'node_modules/.cache/tessera-faults/victim.mjs')

/** Bundles the victim, for a start in a third of the time. */
export async function buildVictim(): Promise<void> {
  mkdirSync(path.dirname(BUNDLE), { recursive: true })
  await build({
    entryPoints: [path.join(import.meta.dirname, 'victim.ts')],
    outfile: BUNDLE,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    keepNames: true,
    logLevel: 'error',
    tsconfigRaw: { compilerOptions: { experimentalDecorators: true, useDefineForClassFields: true } },
    plugins: [
      {
        name: 'packages-stay-outside',
        setup: (context) =>
          context.onResolve({ filter: /^[^./]/ }, ({ path: name, kind }) =>
            kind === 'entry-point' || name.startsWith('@tessera/') ? undefined : { path: name, external: true },
          ),
      },
    ],
  })
}

export interface Start {
  readonly env?: Readonly<Record<string, string>>
  /** What runs the victim: a tracer and its arguments, say. */
  readonly wrapper?: readonly string[]
  readonly cwd?: string
}

/** The victim's own process group, so that a tracer and what it traces go together. */
export function start(workDir: string, { env = {}, wrapper = [], cwd }: Start = {}): ChildProcess {
  const [command = process.execPath, ...rest] = [...wrapper, process.execPath, BUNDLE, workDir]
  return spawn(command, rest, {
    detached: true,
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '', TESSERA_BACKEND: process.env['FAULTS_BACKEND'] ?? 'cpu', CI: '1', ...env },
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
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  return { code, signal, stdout, stderr }
}

export async function runVictim(workDir: string, options?: Start): Promise<Ending> {
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
export async function undisturbed(options?: Start): Promise<Outcome> {
  const workDir = newWorkDir()
  const { code, stderr } = await runVictim(workDir, options)
  if (code !== 0 || !existsSync(path.join(workDir, 'losses.txt'))) throw new Error(`the victim fails by itself: ${stderr}`)
  return outcomeOf(workDir)
}
