import { existsSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { TesseraError } from '@tessera/core'
import { type OptimStateDict, readSafetensors, type StateDict, toFloat32 } from '@tessera/nn'
import type { CheckpointContent } from './checkpointContent.js'
import { MANIFEST, type Manifest, parseManifest, verifyFile } from './manifest.js'

export const MODEL_FILE = 'model.safetensors'
export const EMA_FILE = 'ema.safetensors'
export const OPTIMIZER_FILE = 'optimizer.safetensors'

/** The manifest of a checkpoint folder, itself verified; the other files are not read. */
export function readManifest(directory: string): Manifest {
  const file = path.join(directory, MANIFEST)
  if (!existsSync(directory)) throw new TesseraError('CHECKPOINT_NOT_FOUND', { what: 'there is no such checkpoint', path: directory })
  if (!existsSync(file)) {
    throw new TesseraError('CHECKPOINT_INVALID', {
      what: `a checkpoint folder has a ${MANIFEST}, written last`,
      path: file,
      hint: 'This folder is something else, or a save that did not finish.',
    })
  }
  return parseManifest(readFileSync(file, 'utf8'), file)
}

/** A whole checkpoint; every file is compared with its hash before anything is used. */
export function readCheckpoint(directory: string): CheckpointContent {
  const manifest = readManifest(directory)
  const files = new Map(
    Object.entries(manifest.files).map(([name, expected]) => {
      const file = path.join(directory, path.basename(name))
      if (!existsSync(file)) throw new TesseraError('CHECKPOINT_INVALID', { what: 'a file of the checkpoint is missing', path: file })
      const bytes = readFileSync(file)
      verifyFile(bytes, expected, file)
      return [name, { bytes, file }]
    }),
  )
  const tensorsOf = (name: string): StateDict | undefined => {
    const found = files.get(name)
    return found && stateDictOfBytes(found.bytes, found.file)
  }
  const model = tensorsOf(MODEL_FILE)
  if (model === undefined) throw new TesseraError('CHECKPOINT_INVALID', { what: `the checkpoint has no ${MODEL_FILE}`, path: directory })
  const average = tensorsOf(EMA_FILE)
  const slots = tensorsOf(OPTIMIZER_FILE)
  const optimizer: OptimStateDict | undefined = slots && { tensors: slots, json: manifest.optimizer ?? {} }
  const { meta, message_hub, param_schedulers } = manifest
  return {
    meta: { ...meta, dataset_meta: meta.dataset_meta, config: meta.config },
    model,
    message_hub,
    ...(average && { ema: { state: average, steps: manifest.ema?.steps ?? 0 } }),
    ...(optimizer && { optimizer }),
    ...(param_schedulers && { param_schedulers }),
  }
}

/** Weights alone: from a checkpoint folder (their average, when it has one, as MMEngine does) or from a plain `.safetensors` file. */
export function readWeights(place: string): StateDict {
  if (!existsSync(place)) throw new TesseraError('CHECKPOINT_NOT_FOUND', { what: 'there is no such checkpoint', path: place })
  if (statSync(place).isDirectory()) {
    const { ema, model } = readCheckpoint(place)
    return ema?.state ?? model
  }
  if (!place.endsWith('.safetensors')) {
    throw new TesseraError('UNSUPPORTED', { what: 'only checkpoint folders and .safetensors files can be read', path: place })
  }
  return stateDictOfBytes(readFileSync(place), place)
}

function stateDictOfBytes(bytes: Uint8Array, file: string): StateDict {
  return new Map(
    [...readSafetensors(bytes, file).tensors].map(([name, tensor]) => [name, { shape: tensor.shape, data: toFloat32(tensor) }]),
  )
}
