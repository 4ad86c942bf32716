import type { StateValue } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import { type Grid, gridWeights, type InterpolateMode } from './gridResize.js'

/** For a forward pass over images of another size: `embedding` [1, extra + from, dims] → [1, extra + to, dims]; extra tokens stay. */
export function resizePositions(embedding: tf.Tensor3D, extra: number, from: Grid, to: Grid, mode: InterpolateMode): tf.Tensor3D {
  if (from[0] === to[0] && from[1] === to[1]) return embedding
  const dims = embedding.shape[2]
  const places = from[0] * from[1]
  const weights = tf.tensor2d(gridWeights(mode, from, to), [to[0] * to[1], places])
  const grid = tf.reshape(tf.slice(embedding, [0, extra, 0], [1, places, dims]), [places, dims])
  const resized = tf.reshape(tf.matMul(weights, grid as tf.Tensor2D), [1, to[0] * to[1], dims]) as tf.Tensor3D
  return extra === 0 ? resized : tf.concat([tf.slice(embedding, [0, 0, 0], [1, extra, dims]), resized], 1)
}

/** For a state dict of another image size; the saved grid is taken to be square. Undefined when it cannot be one. */
export function adaptPositions(value: StateValue, extra: number, to: Grid, mode: InterpolateMode): StateValue | undefined {
  const [one, tokens = 0, dims = 0] = value.shape
  const side = Math.sqrt(tokens - extra)
  if (value.shape.length !== 3 || one !== 1 || !Number.isInteger(side) || side < 1) return undefined
  const data = new Float32Array((extra + to[0] * to[1]) * dims)
  data.set(value.data.subarray(0, extra * dims))
  data.set(resizeGrid(value.data.subarray(extra * dims), [side, side], to, dims, mode), extra * dims)
  return { shape: [1, extra + to[0] * to[1], dims], data }
}

/** Values [from rows · from columns, dims] on another grid. */
export function resizeGrid(values: Float32Array, from: Grid, to: Grid, dims: number, mode: InterpolateMode): Float32Array {
  const places = from[0] * from[1]
  const weights = gridWeights(mode, from, to)
  const data = new Float32Array(to[0] * to[1] * dims)
  for (let row = 0; row < to[0] * to[1]; row++) {
    for (let dim = 0; dim < dims; dim++) {
      let sum = 0
      for (let place = 0; place < places; place++) sum += (weights[row * places + place] ?? 0) * (values[place * dims + dim] ?? 0)
      data[row * dims + dim] = sum
    }
  }
  return data
}
