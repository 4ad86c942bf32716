import { tf } from '@tessera/runtime'
import { differentiable } from './differentiable.js'
import { fold, positionsOf, type Sliding, unfold } from './patches.js'

export interface ConvolutionOptions {
  readonly strides: readonly [number, number]
  /** Zeros above and below, and left and right. */
  readonly padding: readonly [number, number]
  /** Channels are cut into so many parts, each convolved for itself. */
  readonly groups: number
}

/**
 * Convolution of [batch, height, width, in] with a kernel [height, width, in / groups, out]; output sizes round down.
 * Where the backend lacks a gradient kernel (wasm has none for filters), the gradient is made of matrix products instead.
 */
export function convolution(input: tf.Tensor4D, whole: tf.Tensor4D, options: ConvolutionOptions): tf.Tensor4D {
  const { groups } = options
  const { kernel, padding } = withinReach(whole, input, options)
  const [height, width, , out] = kernel.shape
  const channels = input.shape[3]
  const strides: [number, number] = [options.strides[0], options.strides[1]]
  // With stride 1 TensorFlow's 'same' is a symmetric padding of half an odd kernel: one op less.
  const isSame = strides[0] === 1 && strides[1] === 1 && 2 * padding[0] === height - 1 && 2 * padding[1] === width - 1
  if (groups === 1 && hasKernel('Conv2DBackpropFilter')) {
    return tf.conv2d(isSame ? input : padded(input, padding), kernel, strides, isSame ? 'same' : 'valid')
  }
  // TensorFlow's depthwise kernels want one stride for both axes.
  if (groups === channels && strides[0] === strides[1] && hasKernel('DepthwiseConv2dNativeBackpropFilter')) {
    // PyTorch's output channels run input by input, as TensorFlow's [h, w, in, out / in] has them.
    const perInput = tf.reshape(kernel, [height, width, channels, out / channels]) as tf.Tensor4D
    return tf.depthwiseConv2d(isSame ? input : padded(input, padding), perInput, strides, isSame ? 'same' : 'valid')
  }
  return groups === 1 ? productGradient(padded(input, padding), kernel, strides) : grouped(padded(input, padding), kernel, strides, groups)
}

/**
 * Taps of a centred kernel with stride 1 that are further from its middle than the image is large only ever meet zeros: a kernel of 19 on a
 * map of 7 does the work of one of 13.
 */
function withinReach(
  kernel: tf.Tensor4D,
  { shape: [, rows, columns] }: tf.Tensor4D,
  { strides, padding }: ConvolutionOptions,
): { kernel: tf.Tensor4D; padding: readonly [number, number] } {
  const [height, width, perGroup, out] = kernel.shape
  const cut = ([size, taps, pad, stride]: readonly [number, number, number, number]) =>
    stride === 1 && 2 * pad === taps - 1 ? Math.max(0, pad - Math.max(size - 1, 0)) : 0
  const top = cut([rows, height, padding[0], strides[0]])
  const left = cut([columns, width, padding[1], strides[1]])
  if (top + left === 0) return { kernel, padding }
  const size: [number, number, number, number] = [height - 2 * top, width - 2 * left, perGroup, out]
  return { kernel: tf.slice(kernel, [top, left, 0, 0], size), padding: [padding[0] - top, padding[1] - left] }
}

/** The backend's own convolution, with a filter gradient of one matrix product. */
function productGradient(input: tf.Tensor4D, kernel: tf.Tensor4D, strides: [number, number]): tf.Tensor4D {
  const [height, width, inChannels, out] = kernel.shape
  const value = (save: (tensors: tf.Tensor[]) => void) => {
    save([input, kernel])
    return {
      value: tf.conv2d(input, kernel, strides, 'valid'),
      gradFunc: (dy: tf.Tensor, [x, k]: tf.Tensor[]) => {
        const dx = tf.conv2dTranspose(dy as tf.Tensor4D, k as tf.Tensor4D, input.shape, strides, 'valid')
        const patches = tf.reshape(unfold(x as tf.Tensor4D, { kernel: [height, width], strides }), [-1, height * width * inChannels])
        const dKernel = tf.matMul(patches, tf.reshape(dy, [-1, out]), true, false)
        return [dx, tf.reshape(dKernel, [height, width, inChannels, out])]
      },
    }
  }
  return differentiable([input, kernel], value) as tf.Tensor4D
}

/** All groups in one batched matrix product over the windows' content. */
function grouped(input: tf.Tensor4D, kernel: tf.Tensor4D, strides: [number, number], groups: number): tf.Tensor4D {
  const [batch, inHeight, inWidth, channels] = input.shape
  const [height, width, perGroup, out] = kernel.shape
  const sliding: Sliding = { kernel: [height, width], strides }
  const taps = height * width
  const [rows, columns] = positionsOf(inHeight, inWidth, sliding)
  const places = batch * rows * columns
  const outPerGroup = out / groups
  return differentiable([input, kernel], (save) => {
    const split = tf.reshape(unfold(input, sliding), [places, taps, groups, perGroup])
    const patches = tf.reshape(tf.transpose(split, [2, 0, 1, 3]), [groups, places, taps * perGroup])
    const perTap = tf.transpose(tf.reshape(kernel, [taps, perGroup, groups, outPerGroup]), [2, 0, 1, 3])
    const kernels = tf.reshape(perTap, [groups, taps * perGroup, outPerGroup])
    save([patches, kernels])
    return {
      value: tf.reshape(tf.transpose(tf.matMul(patches, kernels), [1, 0, 2]), [batch, rows, columns, out]),
      gradFunc: (dy, [savedPatches, savedKernels]) => {
        const dOut = tf.transpose(tf.reshape(dy, [places, groups, outPerGroup]), [1, 0, 2])
        const dKernels = tf.reshape(tf.matMul(savedPatches as tf.Tensor, dOut, true, false), [groups, taps, perGroup, outPerGroup])
        const dPatches = tf.reshape(tf.matMul(dOut, savedKernels as tf.Tensor, false, true), [groups, places, taps, perGroup])
        const byPlace = tf.reshape(tf.transpose(dPatches, [1, 2, 0, 3]), [batch, rows, columns, taps, channels]) as tf.Tensor5D
        return [fold(byPlace, inHeight, inWidth, sliding), tf.reshape(tf.transpose(dKernels, [1, 2, 0, 3]), [height, width, perGroup, out])]
      },
    }
  }) as tf.Tensor4D
}

function padded(input: tf.Tensor4D, [vertical, horizontal]: readonly [number, number]): tf.Tensor4D {
  if (vertical + horizontal === 0) return input
  return tf.pad(input, [
    [0, 0],
    [vertical, vertical],
    [horizontal, horizontal],
    [0, 0],
  ])
}

/** Whether the running backend has this kernel. */
function hasKernel(name: string): boolean {
  return tf.getKernel(name, tf.getBackend()) !== undefined
}
