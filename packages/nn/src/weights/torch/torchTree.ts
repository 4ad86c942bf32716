import { TesseraError } from '@tessera/core'
import { type ByteSource, openFile } from '../byteSource.js'
import { toFloat32 } from '../dtype.js'
import { arrayValues, NumpyArray } from '../pickle/numpyGlobals.js'
import { PickleError } from '../pickle/pickleError.js'
import { PyDict, PyList, PyRecord, PyTuple, type PyValue } from '../pickle/pyValue.js'
import { readTensor, tensorBytes } from './readTensor.js'
import type { TorchContent } from './torchContent.js'
import { TorchTensor } from './torchGlobals.js'
import { readTorchLegacy } from './torchLegacy.js'
import { readTorchZip } from './torchZip.js'
import { ZipError } from './zipDirectory.js'

/** A part of a PyTorch checkpoint as plain data. What has no counterpart (a function, a random state) is undefined. */
export type TorchTree =
  | null
  | undefined
  | boolean
  | number
  | string
  | readonly TorchTree[]
  | ReadonlyMap<unknown, TorchTree>
  | TreeTensor
  | TreeObject

export class TreeTensor {
  constructor(
    readonly shape: readonly number[],
    readonly data: Float32Array,
  ) {}
}

/** An object of a class that is only named: its attributes. */
export class TreeObject {
  constructor(
    readonly type: string,
    readonly state: TorchTree,
  ) {}
}

const MAX_DEPTH = 64
/** Tensors may share their bytes, but not add up to far more than the file. */
const MAX_EXPANSION = 4
const MIN_BUDGET = 64 * 2 ** 20

/**
 * Parts of a PyTorch training checkpoint besides its weights (optimizer, schedulers, counters), by their keys; nothing in it is executed.
 * @returns the keys that the checkpoint has
 * @throws TesseraError CHECKPOINT_NOT_FOUND, CHECKPOINT_INVALID naming the file
 */
export function readTorchTree(path: string, keys: readonly string[]): ReadonlyMap<string, TorchTree> {
  const source = openFile(path)
  try {
    const isZip = source.size > 4 && String.fromCharCode(...source.read(0, 2)) === 'PK'
    const content = isZip ? readTorchZip(source) : readTorchLegacy(source)
    if (!(content.value instanceof PyDict)) throw new PickleError('it holds no dict')
    const { value } = content
    const conversion = new Conversion(content, source)
    return new Map(
      keys.flatMap((key) => {
        const found = value.get(key)
        return found === undefined ? [] : [[key, conversion.of(found, 0)] as const]
      }),
    )
  } catch (cause) {
    if (!(cause instanceof PickleError || cause instanceof ZipError)) throw cause
    throw new TesseraError('CHECKPOINT_INVALID', { what: `not a valid PyTorch checkpoint: ${cause.message}`, path, cause })
  } finally {
    source.close()
  }
}

class Conversion {
  /** What is mentioned twice is one thing: a small file cannot grow by it. */
  private readonly known = new Map<object, TorchTree>()
  private budget: number

  constructor(
    private readonly content: TorchContent,
    source: ByteSource,
  ) {
    this.budget = Math.max(MAX_EXPANSION * source.size, MIN_BUDGET)
  }

  of(value: PyValue, depth: number): TorchTree {
    if (depth > MAX_DEPTH) throw new PickleError(`it is nested more than ${MAX_DEPTH} deep`)
    if (typeof value === 'bigint') return Number(value)
    if (value === null || typeof value !== 'object') return value
    const known = this.known.get(value)
    if (known !== undefined) return known
    const made = this.make(value, depth + 1)
    this.known.set(value, made)
    return made
  }

  private make(value: PyValue & object, depth: number): TorchTree {
    if (value instanceof PyList || value instanceof PyTuple) return value.items.map((item) => this.of(item, depth))
    if (value instanceof PyDict)
      return new Map([...value].map(([key, item]) => [typeof key === 'bigint' ? Number(key) : key, this.of(item, depth)]))
    if (value instanceof TorchTensor) return this.tensor(value)
    if (value instanceof NumpyArray) return arrayValues(value)
    if (!(value instanceof PyRecord)) return undefined
    // A dict, or what __reduce__ gives to a dict's or list's subclass.
    if (value.entries.length > 0) return new Map(value.entries.map(([key, item]) => [key, this.of(item, depth)]))
    if (value.items.length > 0) return value.items.map((item) => this.of(item, depth))
    return new TreeObject(value.global.path, this.of(value.state, depth))
  }

  private tensor(tensor: TorchTensor): TreeTensor {
    this.budget -= tensorBytes(tensor)
    if (this.budget < 0) throw new PickleError(`its tensors are more than ${MAX_EXPANSION} times as large as the file`)
    return new TreeTensor(tensor.shape, toFloat32(readTensor(tensor, this.content.readStorage(tensor.storage), false)))
  }
}
