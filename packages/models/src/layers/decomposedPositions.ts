import { gatherRows, type StateValue } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import { axisWeights } from '../backbones/visionTransformer/gridResize.js'

/** [rows, columns] of a map. */
type MapSize = readonly [number, number]

/**
 * What a query adds to its score with each key of a map: learnt features of their row and column offsets, weighed by the query
 * (Li et al. 2021, arXiv 2112.01526).
 * @param q [maps, query rows · query columns, features], not scaled
 * @param tables of row and of column offsets, [2n − 1, features]; other lengths are interpolated
 * @returns [maps, queries, keys]
 */
export function decomposedBias(q: tf.Tensor, tables: readonly [tf.Tensor, tf.Tensor], queries: MapSize, keys: MapSize): tf.Tensor {
  const [maps = 0, , features = 0] = q.shape
  const [rows, columns] = queries
  const map = tf.reshape(q, [maps, rows, columns, features]) as tf.Tensor4D
  const byRow = alongAxis(map, offsetsOf(tables[0], rows, keys[0]), 1)
  const byColumn = alongAxis(map, offsetsOf(tables[1], columns, keys[1]), 2)
  const bias = tf.add(tf.reshape(byRow, [maps, rows, columns, keys[0], 1]), tf.reshape(byColumn, [maps, rows, columns, 1, keys[1]]))
  return tf.reshape(bias, [maps, rows * columns, keys[0] * keys[1]])
}

/**
 * Which row of a table of 2 · max(queries, keys) − 1 offsets belongs to each pair of places of an axis, the query's place first. The
 * shorter of the two axes is stretched to the longer one.
 */
export function offsetIndex(queries: number, keys: number): Int32Array {
  const [queryStep, keyStep] = [Math.max(keys / queries, 1), Math.max(queries / keys, 1)]
  return Int32Array.from({ length: queries * keys }, (_, i) => {
    return Math.trunc(Math.floor(i / keys) * queryStep - (i % keys) * keyStep + (keys - 1) * keyStep)
  })
}

/** The features of each pair of places of an axis: [queries, keys, features]. */
function offsetsOf(table: tf.Tensor, queries: number, keys: number): tf.Tensor {
  const [saved = 0, features = 0] = table.shape
  const reach = 2 * Math.max(queries, keys) - 1
  const weights = () => tf.tensor2d(Float32Array.from(axisWeights('bilinear', saved, reach)), [reach, saved])
  const fitted = saved === reach ? table : tf.matMul(weights(), table as tf.Tensor2D)
  return tf.reshape(gatherRows(fitted, offsetIndex(queries, keys)), [queries, keys, features])
}

/** Σ over features of map [n, rows, columns, features] and offsets [places of the axis, keys, features]: [n, rows, columns, keys]. */
function alongAxis(map: tf.Tensor4D, offsets: tf.Tensor, axis: 1 | 2): tf.Tensor {
  const [n, rows, columns, features] = map.shape
  const order = axis === 1 ? [1, 0, 2, 3] : [2, 0, 1, 3]
  const [length, others] = axis === 1 ? [rows, columns] : [columns, rows]
  const lines = tf.reshape(tf.transpose(map, order), [length, n * others, features])
  const product = tf.reshape(tf.matMul(lines, offsets, false, true), [length, n, others, offsets.shape[1] ?? 0])
  return tf.transpose(product, axis === 1 ? [1, 0, 2, 3] : [1, 2, 0, 3])
}

/** A saved table for another size of map, interpolated along its offsets. */
export function resizeOffsets(value: StateValue, reach: number): StateValue | undefined {
  const [saved = 0, features = 0] = value.shape
  if (value.shape.length !== 2 || saved < 1) return undefined
  const weights = axisWeights('bilinear', saved, reach)
  const data = new Float32Array(reach * features)
  for (let to = 0; to < reach; to++)
    for (let from = 0; from < saved; from++)
      for (let feature = 0; feature < features; feature++)
        data[to * features + feature] =
          (data[to * features + feature] ?? 0) + (weights[to * saved + from] ?? 0) * (value.data[from * features + feature] ?? 0)
  return { shape: [reach, features], data }
}
