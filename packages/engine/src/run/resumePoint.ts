import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { type Logger, TesseraError } from '@tessera/core'
import { latestCheckpoint } from '../checkpoint/findCheckpoint.js'
import { clearLeftovers } from '../checkpoint/leftovers.js'
import { readManifest } from '../checkpoint/readCheckpoint.js'
import { isTorchCheckpoint, readTorchMeta } from '../checkpoint/torchCheckpoint.js'
import { type Config, flag, integer, section, text } from './configSections.js'
import { notWritable } from './workDir.js'

/** What the run starts from. */
export type StartPoint =
  | { readonly kind: 'fresh' }
  | { readonly kind: 'weights'; readonly place: string }
  | { readonly kind: 'resume'; readonly place: string }

/**
 * `resume` alone is the latest whole checkpoint of the work dir (none: a fresh start, said so), with `load_from` that one;
 * `load_from` alone is weights only.
 */
export async function startPoint(config: Config, workDir: string, logger: Logger): Promise<StartPoint> {
  const from = text(config, 'load_from')
  await asWorkDir(workDir, () => clearLeftovers(workDir))
  if (flag(config, 'resume') !== true) return from === undefined ? { kind: 'fresh' } : { kind: 'weights', place: path.resolve(from) }
  if (from !== undefined) return { kind: 'resume', place: path.resolve(from) }
  const latest = await asWorkDir(workDir, async () => latestCheckpoint(workDir, logger))
  if (latest !== undefined) logger.info(`Auto resumed from the latest checkpoint ${latest}.`)
  else logger.info(`Did not find a checkpoint to resume in ${workDir}: the run starts fresh.`)
  return latest === undefined ? { kind: 'fresh' } : { kind: 'resume', place: latest }
}

/** The system's errors, by the name of what they befell. */
async function asWorkDir<T>(workDir: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw cause instanceof TesseraError ? cause : notWritable(workDir, cause)
  }
}

/** The run's seed: a resumed run keeps its own, whatever the config says now; null is drawn. */
export function chooseSeed(config: Config, start: StartPoint, logger: Logger): number {
  const randomness = section(config, 'randomness') ?? {}
  const given = integer(randomness, 'seed')
  if (given !== undefined && given < 0)
    throw new TesseraError('INVALID_CONFIG', { what: 'a seed is not negative', path: 'randomness.seed', got: given })
  if (start.kind === 'resume') {
    const seed = isTorchCheckpoint(start.place) ? (readTorchMeta(start.place).seed ?? given ?? 0) : readManifest(start.place).meta.seed
    if (given !== undefined && given !== seed) logger.warning(`The checkpoint's random seed ${seed} is used, not the config's ${given}.`)
    return seed
  }
  if (given !== undefined) return given
  const drawn = Math.floor(Math.random() * 2 ** 31)
  logger.info(`randomness.seed is not set: ${drawn} is used`)
  return drawn
}

/** A resumed run is the run that it goes on with. */
export function runIdOf(start: StartPoint): string {
  // MMEngine's checkpoint has none: the run goes on as one of ours.
  const isOurs = start.kind === 'resume' && !isTorchCheckpoint(start.place)
  return (isOurs ? readManifest(start.place).meta.run_id : '') || randomUUID()
}
