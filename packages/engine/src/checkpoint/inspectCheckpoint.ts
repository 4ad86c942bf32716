import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { readSafetensors } from '@tessera/nn'
import { MANIFEST, type Manifest, verifyFile } from './manifest.js'
import { openCheckpointWeights, readManifest } from './readCheckpoint.js'

export interface TensorFacts {
  readonly file: string
  readonly name: string
  readonly dtype: string
  readonly shape: readonly number[]
}

export interface CheckpointFacts {
  readonly place: string
  /** Absent for a plain file of weights. */
  readonly meta?: Manifest['meta']
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>
  readonly tensors: readonly TensorFacts[]
}

/** What is in a checkpoint folder, every file compared with its hash, or in a file of weights. */
export function inspectCheckpoint(place: string): CheckpointFacts {
  if (!existsSync(path.join(place, MANIFEST))) return { place, files: {}, tensors: tensorsOfFile(place) }
  const { meta, files } = readManifest(place)
  const tensors = Object.entries(files).flatMap(([name, expected]) => {
    const file = path.join(place, path.basename(name))
    const bytes = readFileSync(file)
    verifyFile(bytes, expected, file)
    return name.endsWith('.safetensors') ? tensorsOf(bytes, name, file) : []
  })
  return { place, meta, files, tensors }
}

function tensorsOfFile(place: string): TensorFacts[] {
  const weights = openCheckpointWeights(place)
  weights.close()
  return [...weights.entries].map(([name, { dtype, shape }]) => ({ file: path.basename(place), name, dtype, shape }))
}

function tensorsOf(bytes: Uint8Array, file: string, place: string): TensorFacts[] {
  return [...readSafetensors(bytes, place).tensors].map(([name, { dtype, shape }]) => ({ file, name, dtype, shape }))
}
