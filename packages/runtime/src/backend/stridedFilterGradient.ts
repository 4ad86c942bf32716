import { tf } from '../tf.js'

/** oneDNN's block of channels with AVX-512; with AVX2 it is 8. */
const BLOCK = 16

interface Attributes {
  readonly strides: number | [number, number]
  readonly dataFormat: string
  readonly filterShape: [number, number, number, number]
}

let registered = false

/**
 * The gradient of a 1×1 filter with a stride, over fewer channels than a block of oneDNN's, as a matrix product of what the filter looks at: there
 * oneDNN (3.12, and what TensorFlow 2.21 has of it) writes behind its own memory, and the process dies later, wherever that memory is needed
 * (uxlfoundation/oneDNN issue 6035). All other filters keep TensorFlow's kernel.
 */
export function registerStridedFilterGradient(): void {
  const original = tf.getKernel(tf.Conv2DBackpropFilter, 'tensorflow')
  if (registered || original === undefined) return
  registered = true
  tf.unregisterKernel(tf.Conv2DBackpropFilter, 'tensorflow')
  tf.registerKernel({
    ...original,
    kernelFunc: (call) => {
      const attributes = call.attrs as unknown as Attributes
      if (!isBroken(attributes)) return original.kernelFunc(call)
      const { x, dy } = call.inputs as { x: tf.Tensor4D; dy: tf.Tensor4D }
      return tf.tidy(() => byProduct(x, dy, attributes))
    },
  })
}

function isBroken({ strides, filterShape: [height, width, channels], dataFormat }: Attributes): boolean {
  const apart = typeof strides === 'number' ? strides > 1 : strides.some((one) => one > 1)
  return height === 1 && width === 1 && channels < BLOCK && apart && dataFormat === 'NHWC'
}

/** A 1×1 filter needs no padding, whether 'same' or 'valid', and the native backend has no other. */
function byProduct(x: tf.Tensor4D, dy: tf.Tensor4D, { filterShape, strides }: Attributes): tf.Tensor4D {
  const [down, across] = typeof strides === 'number' ? [strides, strides] : strides
  const [batch, rows, columns, out] = dy.shape
  const channels = filterShape[2]
  const end = [batch, (rows - 1) * down + 1, (columns - 1) * across + 1, channels]
  const seen = tf.reshape(tf.stridedSlice(x, [0, 0, 0, 0], end, [1, down, across, 1]), [-1, channels])
  return tf.reshape(tf.matMul(seen, tf.reshape(dy, [-1, out]), true, false), filterShape)
}
