import { currentBackend } from '../backend/useBackend.js'
import { nativeInternals } from '../compile/nativeInternals.js'
import { isRecording } from '../step/hostEvents.js'
import { advance, type Key, philoxInto, type Words4 } from './philox.js'

/** From so many blocks on TensorFlow is faster than JavaScript. */
const WORTH_AN_OP = 256
/** TensorFlow's DataType and random algorithm numbers, which the addon does not name. */
const [UINT64, PHILOX] = [23, 1] as const

const LAST_WORD = 2 ** 32 - 1

/** Blocks from `counter` on, four words each. On the native backend many at once are TensorFlow's: the same bits in a tenth of the time. */
export function philoxBlocks(counter: Readonly<Words4>, key: Key, blocks: number): Uint32Array {
  const found = blocks < WORTH_AN_OP ? undefined : nativeBlocks(counter, key, blocks)
  if (found !== undefined) return found
  const words = new Uint32Array(4 * blocks)
  let next = counter
  for (let block = 0; block < blocks; block++) {
    philoxInto(words, 4 * block, next, key)
    next = next[0] < LAST_WORD ? [next[0] + 1, next[1], next[2], next[3]] : advance(next, 1)
  }
  return words
}

/** Never inside a recording, whose ops are noted instead of run. */
function nativeBlocks(counter: Readonly<Words4>, key: Key, blocks: number): Uint32Array | undefined {
  const native = currentBackend()?.name === 'native' && !isRecording() ? nativeInternals() : undefined
  if (native === undefined) return undefined
  const { binding } = native
  const made: number[] = []
  const keep = (id = -1) => {
    made.push(id)
    return id
  }
  const int32 = Number(binding['TF_INT32'])
  const type = (name: string, value: number) => ({ name, type: Number(binding['TF_ATTR_TYPE']), value })
  const ints = (shape: readonly number[], values: readonly number[]) => keep(binding.createTensor(shape, int32, Int32Array.from(values)))
  /** Pairs of words, the lower one first, as 64-bit numbers. */
  const longs = (words: readonly number[]) => {
    const pairs = ints(
      [words.length / 2, 2],
      words.map((word) => word | 0),
    )
    return keep(binding.executeOp('Bitcast', [type('T', int32), type('type', UINT64)], [pairs], 1)[0]?.id)
  }
  try {
    const inputs = [ints([1], [4 * blocks]), longs(key), longs(counter), ints([], [PHILOX])]
    const attributes = [type('dtype', int32), type('Tshape', int32)]
    const [words] = binding.executeOp('StatelessRandomUniformFullIntV2', attributes, inputs, 1)
    const { buffer, byteOffset, length } = binding.tensorDataSync(keep(words?.id))
    return new Uint32Array(buffer, byteOffset, length)
  } finally {
    for (const id of made) binding.deleteTensor(id)
  }
}
