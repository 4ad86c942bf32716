import { tf } from '@tessera/runtime'
import { differentiable } from './differentiable.js'

/**
 * Rows of a table by number: [rows, width] → [indices.length, width]. Numbers may repeat: their gradients add up.
 * @param indices whole numbers; a tensor where they are computed
 */
export function gatherRows(table: tf.Tensor, indices: Int32Array | tf.Tensor1D): tf.Tensor {
  const [rows = 0] = table.shape
  return differentiable([table], (save) => {
    const places = indices instanceof Int32Array ? tf.tensor1d(indices, 'int32') : indices
    save([places])
    return {
      value: tf.gather(table, places),
      gradFunc: (dy, [saved]) => {
        const at = saved as tf.Tensor1D
        // wasm has no kernel for sums by segment.
        if (tf.getKernel('UnsortedSegmentSum', tf.getBackend()) !== undefined) return [tf.unsortedSegmentSum(dy, at, rows)]
        return [tf.matMul(tf.cast(tf.oneHot(at, rows), 'float32'), dy, true, false)]
      },
    }
  })
}
