import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { TesseraError } from '@tessera/core'
import { type OptimStateDict, openWeightPlace, readSafetensors, type StateDict, toFloat32, type WeightFile } from '@tessera/nn'
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

/**
 * Weights alone, wherever they are: a checkpoint folder (every file compared with its hash; the average of the
 * weights, when it has one, as MMEngine does), a safetensors or PyTorch file, a Hugging Face
 * folder. Close it after use.
 */
export function openCheckpointWeights(place: string): WeightFile {
  if (!existsSync(path.join(place, MANIFEST))) return openWeightPlace(place)
  const content = readCheckpoint(place)
  const model = content.ema?.state ?? content.model
  return {
    path: place,
    format: 'checkpoint',
    entries: new Map([...model].map(([name, { shape }]) => [name, { dtype: 'F32', shape }])),
    refused: new Map(),
    globals: [],
    metadata: {},
    read(name) {
      const value = model.get(name)
      if (value === undefined) throw new TesseraError('CHECKPOINT_INVALID', { what: 'there is no such tensor', path: `${place}: ${name}` })
      return { dtype: 'F32', ...value }
    },
    close: () => {},
  }
}

function stateDictOfBytes(bytes: Uint8Array, file: string): StateDict {
  return new Map(
    [...readSafetensors(bytes, file).tensors].map(([name, tensor]) => [name, { shape: tensor.shape, data: toFloat32(tensor) }]),
  )
}
