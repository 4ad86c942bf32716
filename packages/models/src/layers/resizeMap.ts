import { tf } from '@tessera/runtime'
import { axisWeights, type InterpolateMode } from '../backbones/visionTransformer/gridResize.js'

/** Maps [batch, rows, columns, channels] of another size: PyTorch's `interpolate`, `align_corners` off. One matrix product an axis. */
export function resizeMap(map: tf.Tensor, [rows, columns]: readonly [number, number], mode: InterpolateMode): tf.Tensor {
  const [batch = 0, fromRows = 0, fromColumns = 0, channels = 0] = map.shape
  const tall = resizeAxis(tf.reshape(map, [batch, fromRows, fromColumns * channels]), rows, mode)
  const wide = resizeAxis(tf.reshape(tall, [batch * rows, fromColumns, channels]), columns, mode)
  return tf.reshape(wide, [batch, rows, columns, channels])
}

/** The middle axis of three. */
function resizeAxis(x: tf.Tensor, to: number, mode: InterpolateMode): tf.Tensor {
  const [batch = 0, from = 0, width = 0] = x.shape
  if (from === to) return x
  const weights = tf.tensor2d(Float32Array.from(axisWeights(mode, from, to)), [to, from])
  const first = tf.reshape(tf.transpose(x, [1, 0, 2]), [from, batch * width])
  return tf.transpose(tf.reshape(tf.matMul(weights, first as tf.Tensor2D), [to, batch, width]), [1, 0, 2])
}

/** Maps [batch, rows, columns, channels] so many times as high and wide, each value repeated. */
export function repeatPlaces(map: tf.Tensor, times: number): tf.Tensor {
  if (times === 1) return map
  const [batch = 0, rows = 0, columns = 0, channels = 0] = map.shape
  const wide = tf.reshape(
    tf.stack(
      Array.from({ length: times }, () => map),
      3,
    ),
    [batch, rows, columns * times, channels],
  )
  return tf.reshape(
    tf.stack(
      Array.from({ length: times }, () => wide),
      2,
    ),
    [batch, rows * times, columns * times, channels],
  )
}
