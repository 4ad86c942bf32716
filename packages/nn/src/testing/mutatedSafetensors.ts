import { writeSafetensors } from '../weights/safetensors.js'
import { Dice, joined, mutateOnce } from './mutate.js'

const f32 = (...values: number[]) => Float32Array.from(values)

/** Files that everybody accepts, small so that a change mostly hits the header. */
const BASES: readonly Uint8Array[] = [
  writeSafetensors(new Map([['w', { shape: [2, 2], data: f32(1, 2, 3, 4) }]])),
  writeSafetensors(
    new Map([
      ['a.weight', { shape: [2], data: f32(1, 2) }],
      ['b', { shape: [], data: Float64Array.of(1) }],
      ['c', { shape: [0, 3], data: f32() }],
      ['d', { shape: [3], data: Uint8Array.of(1, 0, 1), dtype: 'BOOL' as const }],
    ]),
    { format: 'pt', ü: '"\\' },
  ),
  writeSafetensors(new Map(), { a: 'b' }),
  withHeader(
    '{"x":{"dtype":"F4","shape":[4],"data_offsets":[0,2]},"y":{"shape":[1],"data_offsets":[2,4],"dtype":"BF16","extra":[1.5,{}]}}',
    4,
  ),
  withHeader(' {"z":["I64",[1],[0,8]],"__metadata__":null}\n', 8),
]

const NUMBERS = [
  '0',
  '1',
  '2',
  '4',
  '8',
  '16',
  '-1',
  '-0',
  '1.0',
  '1e2',
  '9007199254740993',
  '18446744073709551615',
  '18446744073709551616',
  '1e999',
]
const TOKENS = [
  ...[
    'F32',
    'F64',
    'BF16',
    'F8_E4M3',
    'F4',
    'F6_E2M3',
    'BOOL',
    'U64',
    'C64',
    'f32',
    '__metadata__',
    'dtype',
    'shape',
    'data_offsets',
    'w',
    'x',
  ],
  ...[
    'null',
    'true',
    '[',
    ']',
    '{',
    '}',
    ',',
    ':',
    '"',
    '\\u0041',
    '\\ud83d\\ude00',
    '\\ud800',
    '\\x',
    ' ',
    '\n',
    '\0',
    '\t',
    '[[]]',
    '{}',
    '""',
  ],
]

/** Mutated file number `index`: the same for every reader and every day. */
export function mutatedSafetensors(index: number): Uint8Array {
  const dice = new Dice(index + 1)
  let file = dice.pick(BASES)
  for (let rounds = 1 + dice.roll(3); rounds > 0; rounds--) {
    const kind = dice.roll(8)
    file = kind < 2 ? mutateOnce(file, dice) : kind < 5 ? mutateHeader(file, dice) : mildChange(file, dice)
  }
  return file
}

/** A change of the header's text; its length stays true most of the time, so that what lies behind is reached. */
function mutateHeader(file: Uint8Array, dice: Dice): Uint8Array {
  const length = headerLength(file)
  if (length === undefined) return mutateOnce(file, dice)
  const header = file.subarray(8, 8 + length)
  const changed = dice.roll(3) === 0 ? mutateOnce(header, dice) : replaceToken(header, dice)
  const data = file.subarray(8 + length)
  return dice.roll(10) === 0 ? joined(file.subarray(0, 8), changed, data) : joined(lengthBytes(changed.length), changed, data)
}

const MILD: readonly (readonly [RegExp, readonly string[]])[] = [
  [/[{}[\],:]/g, [' $&', '$&\n', '\t$& ']],
  [/"F32"/g, ['"I32"', '"U32"', '{"F32":null}']],
  [/"dtype"/g, ['"more":null,"dtype"', '"x":[[1]],"dtype"', '"\\u0064type"']],
  [/\{"__metadata__"/g, ['{"q":{"dtype":"F64","shape":[9,0],"data_offsets":[0,0]},"__metadata__"']],
  [/\[0,3\]/g, ['[3,0,1]', '[0]', '[0,18446744073709551615]']],
]

/** A change after which a file is mostly still good: readers must also agree on what they take. */
function mildChange(file: Uint8Array, dice: Dice): Uint8Array {
  const length = headerLength(file)
  if (length === undefined) return file
  const text = Buffer.from(file.subarray(8, 8 + length)).toString('latin1')
  const [pattern, changes] = dice.pick(MILD)
  const spots = [...text.matchAll(pattern)]
  if (spots.length === 0) return file
  const spot = dice.pick(spots)
  const put = dice.pick(changes).replace('$&', spot[0])
  const changed = Uint8Array.from(Buffer.from(text.slice(0, spot.index) + put + text.slice(spot.index + spot[0].length), 'latin1'))
  return joined(lengthBytes(changed.length), changed, file.subarray(8 + length))
}

function replaceToken(header: Uint8Array, dice: Dice): Uint8Array {
  const text = Buffer.from(header).toString('latin1')
  const spots = [...text.matchAll(/\d+|[A-Za-z_0-9]+|[[\]{},:"]/g)]
  if (spots.length === 0) return header
  const spot = dice.pick(spots)
  const isNumber = /^\d+$/.test(spot[0])
  const token = isNumber && dice.roll(4) !== 0 ? dice.pick(NUMBERS) : dice.pick([...TOKENS, ...NUMBERS])
  const keep = dice.roll(4) === 0 ? spot[0] : ''
  return Uint8Array.from(Buffer.from(text.slice(0, spot.index) + token + keep + text.slice(spot.index + spot[0].length), 'latin1'))
}

function headerLength(file: Uint8Array): number | undefined {
  if (file.length < 8) return undefined
  const length = new DataView(file.buffer, file.byteOffset).getBigUint64(0, true)
  return length <= BigInt(file.length - 8) ? Number(length) : undefined
}

function withHeader(header: string, dataBytes: number): Uint8Array {
  const text = new TextEncoder().encode(header)
  return joined(lengthBytes(text.length), text, new Uint8Array(dataBytes))
}

function lengthBytes(length: number): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true)
  return bytes
}
