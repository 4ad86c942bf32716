import path from 'node:path'
import { writeSafetensors } from '@tessera/nn'
import { saveDirectory } from './durableFiles.js'
import { describeFile, MANIFEST, type ManifestBody, manifestText } from './manifest.js'
import { EMA_FILE, MODEL_FILE, readCheckpoint } from './readCheckpoint.js'

/** MMEngine's names of a checkpoint's parts. */
export const PUBLISHED_KEYS = ['meta', 'state_dict', 'ema_state_dict', 'message_hub'] as const
export type PublishedKey = (typeof PUBLISHED_KEYS)[number]

export interface PublishOptions {
  /** What to keep. Default: meta and state_dict. */
  keys?: readonly PublishedKey[]
  /** Publish the trained weights although there is an average of them. Default false. */
  noEma?: boolean
  /** Where the published folder goes; beside the checkpoint by default. */
  directory?: string
}

/**
 * Writes the part of a checkpoint that others need, as `<name>-<first 8 digits of the weights' SHA-256>` (MMEngine's published
 * checkpoints). `model.safetensors` then holds the weights to use: the average, where there is one.
 * @returns the folder
 */
export async function publishCheckpoint(checkpoint: string, options: PublishOptions = {}): Promise<string> {
  const { keys = ['meta', 'state_dict'], noEma = false } = options
  const { meta, model, ema, message_hub } = readCheckpoint(checkpoint)
  const usesAverage = ema !== undefined && !noEma
  const weights = writeSafetensors(usesAverage ? ema.state : model, { format: 'pt' })
  const files: [string, Uint8Array][] = keys.includes('state_dict') ? [[MODEL_FILE, weights]] : []
  // As in the reference, what is left over of the two is the other one.
  if (usesAverage && keys.includes('ema_state_dict')) files.push([EMA_FILE, writeSafetensors(model, { format: 'pt' })])
  const { config, dataset_meta, ...counters } = meta
  const body: ManifestBody = {
    meta: { ...counters, ...(keys.includes('meta') && { config, dataset_meta }), weights: usesAverage ? 'average' : 'trained' },
    message_hub: keys.includes('message_hub') ? (message_hub as ManifestBody['message_hub']) : { scalars: {}, info: {} },
  }
  const hashes = Object.fromEntries(files.map(([name, bytes]) => [name, describeFile(bytes)]))
  const name = `${path.basename(path.resolve(checkpoint))}-${describeFile(weights).sha256.slice(0, 8)}`
  const target = path.join(options.directory ?? path.dirname(path.resolve(checkpoint)), name)
  await saveDirectory(target, [...files, [MANIFEST, manifestText(body, hashes)]])
  return target
}
