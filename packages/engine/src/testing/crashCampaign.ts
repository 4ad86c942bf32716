import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { SILENT_LOGGER } from '@tessera/core'
import { writeSafetensors } from '@tessera/nn'
import { RandomStream } from '@tessera/runtime'
import { removeDirectory, replaceFile, saveDirectory } from '../checkpoint/durableFiles.js'
import { LAST_CHECKPOINT, latestCheckpoint } from '../checkpoint/findCheckpoint.js'
import { clearLeftovers, parseLeftover } from '../checkpoint/leftovers.js'
import { describeFile, MANIFEST, type ManifestBody, manifestText } from '../checkpoint/manifest.js'
import { readCheckpoint } from '../checkpoint/readCheckpoint.js'
import type { CrashFileSystem, CrashState } from './crashFileSystem.js'

type Save = typeof saveDirectory

function manifest(iter: number, model: Uint8Array, note: string): string {
  const meta: ManifestBody['meta'] = {
    epoch: 0,
    iter,
    batch: 0,
    epoch_length: 9,
    by_epoch: false,
    seed: 1,
    run_id: 'r',
    experiment_name: 'x',
    saved_at: iter,
    versions: {},
    git: null,
  }
  return manifestText({ meta, message_hub: { scalars: {}, info: { note } } }, { 'model.safetensors': describeFile(model) })
}

/** A small checkpoint, its manifest last. */
export function filesOf({ iter, note }: Told): [string, Uint8Array | string][] {
  const model = writeSafetensors(new Map([['w', { shape: [3], data: Float32Array.from([iter, iter, iter]) }]]))
  return [
    ['model.safetensors', model],
    [MANIFEST, manifest(iter, model, note)],
  ]
}

/**
 * What runs do with a disk, in their order: a first save, a second, validation's facts written into it, a third in place of the first (as
 * a run that starts over in its work dir does), the second deleted.
 */
export async function workWithDisk(system: CrashFileSystem, save: Save = saveDirectory): Promise<void> {
  const acknowledge = (told: Told): void => system.mark(JSON.stringify(told))
  const saveAs = async (told: Told): Promise<void> => {
    await save(`/work/${told.name}`, filesOf(told), system)
    await replaceFile(`/work/${LAST_CHECKPOINT}`, `/work/${told.name}`, system)
    acknowledge(told)
  }
  await system.makeDirectory('/work')
  await system.syncDirectory('/')
  await saveAs({ name: 'iter_3', iter: 3, note: 'first' })
  await saveAs({ name: 'iter_6', iter: 6, note: 'second' })
  const validated = { name: 'iter_6', iter: 6, note: 'validated' }
  await replaceFile(`/work/iter_6/${MANIFEST}`, filesOf(validated)[1]?.[1] ?? '', system)
  acknowledge(validated)
  await saveAs({ name: 'iter_3', iter: 9, note: 'again' })
  await removeDirectory('/work/iter_6', system)
  if (system.has('/work/iter_6')) throw new Error('iter_6 was dropped and is still there')
}

/** A checkpoint that the program counts on, because it was told that it is saved. */
interface Told {
  readonly name: string
  readonly iter: number
  readonly note: string
}

const CHECKPOINT = /^iter_\d+$/

/** What is wrong with a checkpoint that stands there under its name. */
function brokenOf(workDir: string, names: readonly string[]): string | undefined {
  for (const name of names) {
    try {
      readCheckpoint(path.join(workDir, name))
    } catch (error) {
      return `${name} stands there and is not whole: ${String(error)}`
    }
  }
  return undefined
}

/** What is wrong with a state, undefined when nothing is. */
async function problemOf(state: CrashState): Promise<string | undefined> {
  const parent = mkdtempSync(path.join(tmpdir(), 'tessera-crash-'))
  try {
    state.write(parent)
    const workDir = path.join(parent, 'work')
    const told: Told | undefined = state.marks.length === 0 ? undefined : JSON.parse(state.marks.at(-1) ?? '')
    if (!existsSync(workDir)) return told === undefined ? undefined : 'the work dir is gone'
    const before = readdirSync(workDir)
    const standing = before.filter((name) => CHECKPOINT.test(name))
    const broken = brokenOf(workDir, standing)
    if (broken !== undefined) return broken
    const hint = before.includes(LAST_CHECKPOINT) ? readFileSync(path.join(workDir, LAST_CHECKPOINT), 'utf8') : undefined
    if (hint !== undefined && !/^\/work\/iter_[36]$/.test(hint)) return `last_checkpoint is torn: '${hint}'`
    const hinted = hint === undefined ? undefined : path.basename(hint)
    // Moved aside for the next, or about to be taken over: what starts next sees to it.
    const isAside = before.some((name) => parseLeftover(name)?.target === hinted)
    if (hinted !== undefined && !standing.includes(hinted) && !isAside) return 'last_checkpoint is ahead of the checkpoints'
    await clearLeftovers(workDir)
    const rest = [workDir, ...standing.map((name) => path.join(workDir, name))].flatMap((folder) => readdirSync(folder))
    if (rest.some((name) => parseLeftover(name) !== undefined)) return `left over: ${rest.join(', ')}`
    const takenOver = brokenOf(
      workDir,
      readdirSync(workDir).filter((name) => CHECKPOINT.test(name)),
    )
    if (takenOver !== undefined || told === undefined) return takenOver
    const found = latestCheckpoint(workDir, SILENT_LOGGER)
    if (found === undefined) return 'a save was acknowledged and there is no checkpoint'
    const { meta, message_hub } = readCheckpoint(found)
    if (meta.iter < told.iter) return `iteration ${told.iter} was acknowledged, ${meta.iter} is found`
    const order = ['first', 'second', 'validated', 'again']
    if (order.indexOf(String(message_hub.info['note'])) < order.indexOf(told.note)) return `'${told.note}' was acknowledged and is lost`
    if (hinted !== told.name && path.basename(found) !== hinted) return 'last_checkpoint is behind what was acknowledged'
    return undefined
  } finally {
    rmSync(parent, { recursive: true, force: true })
  }
}

/** Looks at every state that a crash of the recorded work may leave. @param most states a moment @param seed of where lost content is cut off */
export async function checkCrashes(
  system: CrashFileSystem,
  most: number,
  stopAtFirst: boolean,
  seed = 11,
): Promise<{ states: number; problems: string[] }> {
  const random = new RandomStream(seed)
  const problems: string[] = []
  let states = 0
  for (const state of system.crashes(() => random.uniform(), most)) {
    states++
    const problem = await problemOf(state)
    if (problem === undefined) continue
    problems.push(`after ${state.moment} events: ${problem}`)
    if (stopAtFirst) break
  }
  return { states, problems }
}
