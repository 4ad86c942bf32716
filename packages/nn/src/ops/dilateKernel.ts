import { tf } from '@tessera/runtime'

/**
 * [h, w, in, out] with zeros between its taps, so that a plain convolution with it is a dilated one:
 * tfjs computes dilated convolutions, but cannot differentiate them.
 */
export function dilateKernel(kernel: tf.Tensor4D, [down, across]: readonly [number, number]): tf.Tensor4D {
  if (down === 1 && across === 1) return kernel
  const [height, width, inChannels, outChannels] = kernel.shape
  const tap = inChannels * outChannels
  const rows = tf.pad(tf.reshape(kernel, [height, 1, width * tap]), [
    [0, 0],
    [0, down - 1],
    [0, 0],
  ])
  const cells = tf.reshape(rows, [height * down, width, 1, tap])
  const spread = tf.reshape(
    tf.pad(cells, [
      [0, 0],
      [0, 0],
      [0, across - 1],
      [0, 0],
    ]),
    [height * down, width * across, inChannels, outChannels],
  )
  // The zeros behind the last tap would make the kernel larger than it is.
  return tf.slice(spread as tf.Tensor4D, [0, 0, 0, 0], [(height - 1) * down + 1, (width - 1) * across + 1, inChannels, outChannels])
}
