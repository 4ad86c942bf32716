import { type ZipLies, type ZipPart, zipBytes } from './zipBytes.js'

/** Bytes of a pickle from its opcodes, a character a byte. */
export function raw(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0))
}

const le = (value: number, bytes: number) =>
  Array.from({ length: bytes }, (_, i) => String.fromCharCode((value / 2 ** (8 * i)) & 0xff)).join('')

export const text = (value: string) => `X${le(value.length, 4)}${value}`
export const int = (value: number) => `J${le(value, 4)}`
export const tuple = (...items: string[]) => `(${items.join('')}t`
export const global = (module: string, name: string) => `c${module}\n${name}\n`
export const reduce = (module: string, name: string, ...args: string[]) => `${global(module, name)}${tuple(...args)}R`
export const dict = (...pairs: (readonly [string, string])[]) => `}(${pairs.map(([key, value]) => text(key) + value).join('')}u`
export const pickle = (body: string) => `\x80\x02${body}.`

export interface StorageText {
  kind?: string
  key?: string
  count?: number
}

export const storage = ({ kind = 'FloatStorage', key = '0', count = 4 }: StorageText = {}) =>
  `${tuple(text('storage'), global('torch', kind), text(key), text('cpu'), int(count))}Q`

export interface TensorText extends StorageText {
  offset?: string
  size?: readonly number[]
  stride?: readonly number[]
}

/** A tensor of PyTorch's usual builder. */
export const tensor = ({ offset = int(0), size = [2, 2], stride = [2, 1], ...of }: TensorText = {}) =>
  reduce(
    'torch._utils',
    '_rebuild_tensor_v2',
    storage(of),
    offset,
    tuple(...size.map(int)),
    tuple(...stride.map(int)),
    '\x89',
    reduce('collections', 'OrderedDict'),
  )

/** A checkpoint of torch.save (zip) around a pickle's body, with one storage of 16 bytes: 1, 2, 3, 4 as floats. */
export function torchZip(body: string, more: readonly ZipPart[] = [], lies: ZipLies = {}): Uint8Array {
  return zipBytes([{ name: 'archive/data.pkl', bytes: raw(pickle(body)) }, ...storagePart(), ...more], lies)
}

export function storagePart(): ZipPart[] {
  return [{ name: 'archive/data/0', bytes: new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer) }]
}
