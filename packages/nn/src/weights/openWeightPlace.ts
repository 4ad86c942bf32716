import { existsSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { TesseraError } from '@tessera/core'
import { openShards } from './openShards.js'
import { openWeights } from './openWeights.js'
import type { TorchOptions } from './torch/openTorch.js'
import type { WeightFile } from './weightFile.js'

/** What a folder of a model holds, in the order of preference: never a pickle where safetensors stand beside it. */
const USUAL_FILES = ['model.safetensors', 'model.safetensors.index.json', 'pytorch_model.bin', 'pytorch_model.bin.index.json']

/**
 * Opens weights wherever they are: a file, an index of shards, or a folder with one of Hugging Face's usual names.
 * @throws TesseraError CHECKPOINT_NOT_FOUND, CHECKPOINT_INVALID, UNSUPPORTED
 */
export function openWeightPlace(place: string, options: TorchOptions = {}): WeightFile {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(place)) {
    throw new TesseraError('UNSUPPORTED', {
      what: 'weights are read from this machine, not from an address',
      path: place,
      hint: 'Download the file and give its path.',
    })
  }
  if (!existsSync(place))
    throw new TesseraError('CHECKPOINT_NOT_FOUND', { what: 'there is no such file or folder of weights', path: place })
  const file = statSync(place).isDirectory() ? fileOf(place) : place
  return file.endsWith('.index.json') ? openShards(file, options) : openWeights(file, options)
}

function fileOf(folder: string): string {
  const found = USUAL_FILES.find((name) => existsSync(path.join(folder, name)))
  if (found !== undefined) return path.join(folder, found)
  const others = readdirSync(folder).filter((name) => /\.(safetensors|pth|pt|bin|ckpt)$/.test(name))
  if (others.length === 1 && others[0] !== undefined) return path.join(folder, others[0])
  throw new TesseraError('CHECKPOINT_NOT_FOUND', {
    what: others.length === 0 ? 'the folder holds no weights' : 'the folder holds several files of weights: name one of them',
    path: folder,
    got: others.length === 0 ? readdirSync(folder).slice(0, 8) : others.slice(0, 8),
    expected: USUAL_FILES.join(', '),
  })
}
