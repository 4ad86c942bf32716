import { TesseraError } from '@tessera/core'
import type { Module } from '../module/module.js'
import type { StateValue } from '../module/parameter.js'
import { planLoad, type StateDict } from '../module/stateDict.js'
import { arrangeNames, type NameOptions, renamed } from './arrangeNames.js'
import { describeLoad, type WeightsReport } from './describeLoad.js'
import { type Dtype, toFloat32 } from './dtype.js'
import { openWeightPlace } from './openWeightPlace.js'
import { DEFAULT_REVISIONS } from './reviseNames.js'
import { type Room, sharedRoom } from './room.js'
import type { TorchOptions } from './torch/openTorch.js'
import type { WeightFile } from './weightFile.js'

export interface LoadWeightsOptions extends NameOptions {
  /** Which entry of a PyTorch checkpoint holds the weights. Default: the usual ones, `state_dict` first. */
  readonly key?: string | undefined
  /**
   * What may be left over. 'all': nothing. 'complete': names that the model does not have. 'any' (MMEngine's load_from): missing names and
   * other shapes as well, as long as most of the model's tensors are in the file. Default 'any'.
   */
  readonly need?: 'all' | 'complete' | 'any'
}

/**
 * Loads a file of weights, or a folder with one, into a module, one tensor at a time: beside the module's own tensors, the largest one is all that is in memory.
 * Nothing is changed before the whole file is known to fit.
 * @throws TesseraError CHECKPOINT_INVALID naming the file, the name and the reason
 */
export function loadWeights(module: Module, path: string, options: LoadWeightsOptions = {}): WeightsReport {
  const file = openWeightPlace(path, options)
  try {
    return loadWeightFile(module, file, options)
  } finally {
    file.close()
  }
}

/** The same for a file that is open already. */
export function loadWeightFile(module: Module, file: WeightFile, options: LoadWeightsOptions = {}): WeightsReport {
  const { fitting, report } = planWeights(module, file, options)
  const stays = [...fitting].filter(([tensor, value]) => tensor.layout === 'same' && value instanceof FileValue && value.isPlain)
  const room = sharedRoom(stays.reduce((sum, [tensor]) => sum + Math.ceil(tensor.size / 2) * 8, 0))
  for (const [tensor, value] of fitting)
    tensor.setValues(tensor.layout === 'same' && value instanceof FileValue ? value.read(room) : value.data)
  return report
}

/** What `loadWeightFile` would write where, each value read from the file when asked for; nothing is written. */
export function planWeights(module: Module, original: WeightFile, options: LoadWeightsOptions = {}) {
  const { need = 'any' } = options
  const file = arrangeNames(original, module, options)
  const state = lazyStateDict(file)
  refuseUnreadable(module, file)
  const { fitting, report } = asFileError(file.path, () => {
    if (need === 'any') refuseStrangers(module, state)
    return planLoad(module, state, { strict: need === 'all', mismatch: need === 'any' ? 'skip' : 'error' })
  })
  if (need === 'complete' && report.missing.length > 0) throw strangerError(file.path, report.missing, [...state.keys()])
  const { path, format, refused, globals } = file
  const full = { ...report, path, format, refused, globals }
  return { fitting, report: { ...full, text: describeLoad(full) } satisfies WeightsReport }
}

/** A file's tensors, read anew each time that `data` is asked for. */
export function lazyStateDict(file: WeightFile): StateDict {
  return new Map([...file.entries].map(([name, { shape, dtype }]) => [name, new FileValue(file, name, shape, dtype)]))
}

class FileValue implements StateValue {
  readonly isLazy = true

  constructor(
    private readonly file: WeightFile,
    private readonly name: string,
    readonly shape: readonly number[],
    private readonly dtype: Dtype,
  ) {}

  /** Whether the file's bytes are the values. */
  get isPlain(): boolean {
    return this.dtype === 'F32'
  }

  get data(): Float32Array {
    return this.read()
  }

  /** @param room for what stays in memory as it is read */
  read(room?: Room): Float32Array {
    return toFloat32(this.file.read(this.name, this.isPlain ? room : undefined))
  }
}

/** The whole state dict of a file or folder in memory, under the names that it has there, but for what trainers put in front. */
export function readStateDict(path: string, options: TorchOptions = {}): StateDict {
  const file = renamed(openWeightPlace(path, options), DEFAULT_REVISIONS, undefined)
  try {
    return new Map([...lazyStateDict(file)].map(([name, value]) => [name, { shape: value.shape, data: value.data }]))
  } finally {
    file.close()
  }
}

/** An entry that the model needs and that is no readable tensor is an error; any other is only reported. */
function refuseUnreadable(module: Module, file: WeightFile): void {
  for (const [name] of module.namedState()) {
    const reason = file.refused.get(name)
    if (reason === undefined) continue
    throw new TesseraError('CHECKPOINT_INVALID', {
      what: `the model needs this tensor, and it cannot be read: ${reason}`,
      path: `${file.path}: ${name}`,
    })
  }
}

/** Of a checkpoint that has few of the model's tensors, nothing is loaded: it is another architecture's. */
function refuseStrangers(module: Module, state: StateDict): void {
  const own = [...module.namedState()].filter(([name, { isSaved }]) => isSaved || state.has(name))
  const found = own.filter(([name, tensor]) => {
    const value = state.get(name)
    return value !== undefined && (value.shape.join() === tensor.shape.join() || tensor.adapt !== undefined)
  })
  if (found.length * 2 >= own.length) return
  const [name, tensor] = own.find(([candidate]) => !found.some(([known]) => known === candidate)) ?? ['']
  const value = state.get(name)
  if (value !== undefined) {
    throw new TesseraError('STATE_DICT_MISMATCH', {
      what: `the checkpoint belongs to another model: only ${found.length} of the model’s ${own.length} tensors have the checkpoint's shape`,
      path: name,
      got: value.shape,
      expected: `[${tensor?.shape.join(',')}]`,
    })
  }
  throw strangerError(
    '',
    [...own].filter(([known]) => !state.has(known)).map(([known]) => known),
    [...state.keys()],
    own.length,
  )
}

function strangerError(path: string, missing: readonly string[], present: readonly string[], total?: number): TesseraError {
  return new TesseraError(path === '' ? 'STATE_DICT_MISMATCH' : 'CHECKPOINT_INVALID', {
    what: `the checkpoint belongs to another model: ${missing.length}${total === undefined ? '' : ` of ${total}`} tensors are missing`,
    path: [path, missing[0]].filter(Boolean).join(': '),
    got: present.slice(0, 3),
    expected: missing.slice(0, 3),
    hint: 'revise_keys rewrites names; prefix takes a part.',
  })
}

function asFileError<T>(path: string, load: () => T): T {
  try {
    return load()
  } catch (cause) {
    if (!(cause instanceof TesseraError) || cause.code !== 'STATE_DICT_MISMATCH') throw cause
    const { path: name, ...details } = cause.details
    throw new TesseraError('CHECKPOINT_INVALID', { ...details, path: [path, name].filter(Boolean).join(': '), cause })
  }
}
