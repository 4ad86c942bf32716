import { Buffer, gatherRows } from '@tessera/nn'
import { tf } from '@tessera/runtime'

/**
 * Which row of a table of (2h − 1)(2w − 1) offsets belongs to each pair of places in an h × w window: [h·w, h·w], row by row,
 * the query's place first (Liu et al. 2021, arXiv 2103.14030).
 */
export function relativePositionIndex(height: number, width: number): Int32Array {
  const places = height * width
  const index = new Int32Array(places * places)
  for (let q = 0; q < places; q++) {
    for (let k = 0; k < places; k++) {
      const down = Math.floor(q / width) - Math.floor(k / width) + height - 1
      const across = (q % width) - (k % width) + width - 1
      index[q * places + k] = down * (2 * width - 1) + across
    }
  }
  return index
}

/** The same with a class token in front: three more rows, for its looking at patches, theirs at it, and its own (BEiT). */
export function relativePositionIndexWithToken(height: number, width: number): Int32Array {
  const patches = height * width
  const tokens = patches + 1
  const offsets = (2 * height - 1) * (2 * width - 1)
  const inner = relativePositionIndex(height, width)
  const index = new Int32Array(tokens * tokens)
  for (let q = 0; q < tokens; q++)
    for (let k = 0; k < tokens; k++) {
      const special = q === 0 ? (k === 0 ? offsets + 2 : offsets) : offsets + 1
      index[q * tokens + k] = q === 0 || k === 0 ? special : (inner[(q - 1) * patches + k - 1] ?? 0)
    }
  return index
}

/** A table [rows, heads] as a bias of attention scores: [1, heads, places, places]. */
export function biasOf(table: tf.Tensor, index: Int32Array): tf.Tensor {
  const places = Math.sqrt(index.length)
  const heads = table.shape[1] ?? 1
  return tf.reshape(tf.transpose(gatherRows(table, index)), [1, heads, places, places])
}

/**
 * Whole numbers that belong to the state dict, though forward computes with its own copy of them; in a state dict of another window's size
 * they give way to these.
 */
export function indexBuffer(index: Int32Array): Buffer {
  const places = Math.sqrt(index.length)
  const buffer = new Buffer([places, places], { init: () => Float32Array.from(index) })
  buffer.adapt = () => ({ shape: [places, places], data: Float32Array.from(index) })
  return buffer
}
