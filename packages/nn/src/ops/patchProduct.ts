import { tf } from '@tessera/runtime'

/**
 * Convolution whose stride is its kernel, as a matrix product over patches. Rows and columns that fill no patch are left out.
 * @param kernel [height, width, in, out]
 * @returns [batch, rows, columns, out]
 */
export function patchProduct(input: tf.Tensor4D, kernel: tf.Tensor4D): tf.Tensor4D {
  const [batch, inHeight, inWidth, channels] = input.shape
  const [height, width, , out] = kernel.shape
  const rows = Math.floor(inHeight / height)
  const columns = Math.floor(inWidth / width)
  const whole = rows * height === inHeight && columns * width === inWidth
  const used = whole ? input : tf.slice(input, [0, 0, 0, 0], [batch, rows * height, columns * width, channels])
  const strips = tf.reshape(used, [batch * rows, height, columns, width * channels])
  const patches = tf.reshape(tf.transpose(strips, [0, 2, 1, 3]), [batch * rows * columns, height * width * channels])
  return tf.reshape(tf.matMul(patches, tf.reshape(kernel, [height * width * channels, out])), [batch, rows, columns, out])
}
