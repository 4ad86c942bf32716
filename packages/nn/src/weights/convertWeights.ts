import { TesseraError } from '@tessera/core'
import type { Module } from '../module/module.js'
import { arrangeNames, type NameOptions, renamed } from './arrangeNames.js'
import { exportNames } from './foreign/exportNames.js'
import { recognizeNames, translateNames } from './foreign/translateNames.js'
import { DEFAULT_REVISIONS } from './reviseNames.js'
import type { WeightFile } from './weightFile.js'

export interface ConvertOptions extends NameOptions {
  /** The model that the weights are for: its names count, and none may be missing. Default: names as they follow from the file alone. */
  readonly model?: Module | undefined
  /** Whose names: MMPreTrain's, which are ours (default), timm's, or those that the file has. */
  readonly to?: 'mmpretrain' | 'timm' | 'same' | undefined
}

export interface ConvertedWeights {
  readonly file: WeightFile
  /** Names of the file that the model does not have: they are left out. */
  readonly unused: readonly string[]
}

/**
 * A file of weights under other names; nothing is read before it is asked for. What is written of it stays in the file's dtypes.
 * @throws TesseraError CHECKPOINT_INVALID for tensors that are missing or of another shape; UNSUPPORTED where timm has no names
 */
export function convertWeights(original: WeightFile, options: ConvertOptions = {}): ConvertedWeights {
  const { to = 'mmpretrain', model } = options
  if (to === 'same') return { file: original, unused: [] }
  const { file, unused } = model === undefined ? { file: byFileAlone(original, options), unused: [] } : forModel(original, model, options)
  return { file: to === 'timm' ? exportNames(file) : file, unused }
}

function byFileAlone(original: WeightFile, { revise_keys, prefix }: NameOptions): WeightFile {
  const revised = renamed(original, revise_keys ?? DEFAULT_REVISIONS, prefix)
  const table = recognizeNames([...revised.entries.keys()])
  return table === undefined ? revised : translateNames(revised, table, new Set())
}

function forModel(original: WeightFile, model: Module, options: NameOptions): ConvertedWeights {
  const arranged = arrangeNames(original, model, options)
  const own = new Map(model.namedState())
  const entries = new Map(
    [...own.keys()].flatMap((name) => {
      const entry = arranged.entries.get(name)
      return entry === undefined ? [] : [[name, entry] as const]
    }),
  )
  const parameters = new Set<string>([...model.namedParameters()].map(([name]) => name))
  for (const [name, { shape }] of own) {
    const entry = entries.get(name)
    if (entry === undefined && parameters.has(name)) {
      throw new TesseraError('CHECKPOINT_INVALID', {
        what: 'the model needs this tensor, and the file does not have it',
        path: `${original.path}: ${name}`,
      })
    }
    if (entry !== undefined && entry.shape.join() !== shape.join()) {
      throw new TesseraError('CHECKPOINT_INVALID', {
        what: 'a tensor has another shape than the model’s',
        path: `${original.path}: ${name}`,
        got: entry.shape,
        expected: `[${shape.join(', ')}]`,
      })
    }
  }
  const unused = [...arranged.entries.keys()].filter((name) => !own.has(name))
  return { file: { ...arranged, entries, read: (name, room) => arranged.read(name, room), close: () => arranged.close() }, unused }
}
