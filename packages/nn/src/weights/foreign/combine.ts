import { TesseraError } from '@tessera/core'
import { bytesToData, type WeightTensor } from '../dtype.js'

/** How tensors of another library become one of ours. */
export type Combination = 'stack' | 'patchMerging' | 'patchSplitting' | 'flatten'

/** Shape of what `combine` makes; undefined where the parts do not go together. */
export function combinedShape(shapes: readonly (readonly number[])[], by: Combination): readonly number[] | undefined {
  const [first = []] = shapes
  switch (by) {
    case 'stack': {
      const rows = shapes.reduce((sum, shape) => sum + (shape[0] ?? 0), 0)
      return shapes.every((shape) => shape.slice(1).join() === first.slice(1).join()) ? [rows, ...first.slice(1)] : undefined
    }
    case 'patchMerging':
    case 'patchSplitting':
      return (first.at(-1) ?? 0) % 4 === 0 ? first : undefined
    case 'flatten':
      return [first.reduce((a, b) => a * b, 1)]
  }
}

/** @throws TesseraError CHECKPOINT_INVALID for parts of different dtypes */
export function combine(parts: readonly WeightTensor[], by: Combination, place: string): WeightTensor {
  const [first] = parts
  const shape = combinedShape(
    parts.map((part) => part.shape),
    by,
  )
  if (first === undefined || shape === undefined || parts.some(({ dtype }) => dtype !== first.dtype))
    throw new TesseraError('CHECKPOINT_INVALID', { what: 'tensors that make one have different shapes or dtypes', path: place })
  if (by === 'patchMerging' || by === 'patchSplitting') return { ...first, data: mergeOrder(first, by === 'patchSplitting') }
  const bytes = new Uint8Array(parts.reduce((sum, { data }) => sum + data.byteLength, 0))
  let at = 0
  for (const { data } of parts) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at)
    at += data.byteLength
  }
  return { dtype: first.dtype, shape, data: bytesToData(bytes, first.dtype) }
}

/**
 * Swin joins four neighbours column by column ((0,0), (1,0), (0,1), (1,1)), each with all its channels; MMPreTrain's unfold goes channel by
 * channel, each with its four neighbours row by row. Reorders the last axis, from theirs to ours or (`back`) from ours to theirs.
 */
function mergeOrder({ data, shape, dtype }: WeightTensor, back: boolean): WeightTensor['data'] {
  const width = shape.at(-1) ?? 0
  const channels = width / 4
  const neighbour = [0, 2, 1, 3]
  const out = bytesToData(new Uint8Array(data.byteLength), dtype)
  for (let row = 0; row < data.length; row += width) {
    for (let channel = 0; channel < channels; channel++) {
      for (let place = 0; place < 4; place++) {
        const ours = row + channel * 4 + place
        const theirs = row + (neighbour[place] ?? 0) * channels + channel
        // Both arrays are of one dtype, which the compiler cannot see.
        if (back) out[theirs] = data[ours] as never
        else out[ours] = data[theirs] as never
      }
    }
  }
  return out
}
