import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { TesseraError } from '@tessera/core'
import * as v from 'valibot'
import { duplicateKey } from './duplicateKey.js'
import { openWeights } from './openWeights.js'
import type { TorchOptions } from './torch/openTorch.js'
import type { WeightEntry, WeightFile } from './weightFile.js'

const MAX_INDEX_BYTES = 100_000_000
const indexSchema = v.object({ weight_map: v.record(v.string(), v.string()) })

/**
 * A model in several files, by Hugging Face's index (`model.safetensors.index.json`). Every shard must hold exactly the tensors that the
 * index gives it.
 * @throws TesseraError CHECKPOINT_INVALID naming the shard and the tensor
 */
export function openShards(indexFile: string, options: TorchOptions = {}): WeightFile {
  const home = readIndex(indexFile)
  const shards = new Map<string, WeightFile>()
  const close = (): void => {
    for (const shard of shards.values()) shard.close()
  }
  try {
    for (const name of new Set(home.values())) shards.set(name, openWeights(path.join(path.dirname(indexFile), name), options))
    const entries = new Map<string, WeightEntry>()
    for (const [tensor, name] of home) entries.set(tensor, entryOf(shards.get(name), tensor, indexFile))
    for (const [name, shard] of shards) {
      const extra = [...shard.entries.keys()].find((tensor) => home.get(tensor) !== name)
      if (extra !== undefined) throw invalid('a shard holds a tensor that the index does not give it', `${shard.path}: ${extra}`)
    }
    return {
      path: indexFile,
      format: `${shards.size} shards`,
      entries,
      refused: new Map([...shards.values()].flatMap((shard) => [...shard.refused])),
      globals: [...new Set([...shards.values()].flatMap((shard) => shard.globals))],
      metadata: {},
      read(tensor, room) {
        const shard = shards.get(home.get(tensor) ?? '')
        if (shard === undefined) throw invalid('there is no such tensor', `${indexFile}: ${tensor}`)
        return shard.read(tensor, room)
      },
      close,
    }
  } catch (error) {
    close()
    throw error
  }
}

function entryOf(shard: WeightFile | undefined, tensor: string, indexFile: string): WeightEntry {
  const entry = shard?.entries.get(tensor)
  if (entry === undefined) throw invalid('the index names a tensor that its shard does not hold', `${shard?.path ?? indexFile}: ${tensor}`)
  return entry
}

/** Tensor → file beside the index. */
function readIndex(file: string): Map<string, string> {
  if (statSync(file).size > MAX_INDEX_BYTES) throw invalid('the index is beyond the limit of 100 MB', file)
  const text = readFileSync(file, 'utf8')
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (cause) {
    throw new TesseraError('CHECKPOINT_INVALID', { what: 'the index is not JSON', path: file, cause })
  }
  const twice = duplicateKey(text)
  if (twice !== undefined) throw invalid('a name stands twice in the index', `${file}: ${twice}`)
  const result = v.safeParse(indexSchema, parsed)
  if (!result.success) throw invalid('the index has no weight_map from tensors to files', file)
  const home = new Map(Object.entries(result.output.weight_map))
  for (const [tensor, name] of home) {
    if (name !== path.basename(name) || name.includes('\\') || name === '..' || name === '')
      throw invalid(`a shard must stand beside the index, not at '${name.slice(0, 80)}'`, `${file}: ${tensor}`)
  }
  return home
}

function invalid(what: string, place: string): TesseraError {
  return new TesseraError('CHECKPOINT_INVALID', { what, path: place })
}
