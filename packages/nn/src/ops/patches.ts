import { tf } from '@tessera/runtime'

/** How a window slides over [batch, height, width, channels] without padding. */
export interface Sliding {
  readonly kernel: readonly [number, number]
  readonly strides: readonly [number, number]
}

/** Window positions [rows, columns] that fit into an image of this size. */
export function positionsOf(height: number, width: number, { kernel, strides }: Sliding): [number, number] {
  return [Math.floor((height - kernel[0]) / strides[0]) + 1, Math.floor((width - kernel[1]) / strides[1]) + 1]
}

/** Every window's content: [batch, height, width, channels] → [batch, rows, columns, taps, channels], taps row by row. */
export function unfold(input: tf.Tensor4D, sliding: Sliding): tf.Tensor5D {
  const [batch, height, width, channels] = input.shape
  const { kernel, strides } = sliding
  const [rows, columns] = positionsOf(height, width, sliding)
  const taps = tapsOf(kernel).map(([y, x]) => {
    const end = [batch, y + (rows - 1) * strides[0] + 1, x + (columns - 1) * strides[1] + 1, channels]
    return tf.stridedSlice(input, [0, y, x, 0], end, [1, strides[0], strides[1], 1])
  })
  return tf.stack(taps, 3) as tf.Tensor5D
}

/** The transpose of `unfold`: adds each window's content back to where it came from, [batch, height, width, channels]. */
export function fold(patches: tf.Tensor5D, height: number, width: number, { kernel, strides }: Sliding): tf.Tensor4D {
  const parts = tf.unstack(patches, 3) as tf.Tensor4D[]
  const placed = tapsOf(kernel).map(([y, x], tap) => {
    const part = parts[tap] as tf.Tensor4D
    const spread = spreadOut(part, strides)
    return tf.pad(spread, [
      [0, 0],
      [y, height - y - spread.shape[1]],
      [x, width - x - spread.shape[2]],
      [0, 0],
    ])
  })
  return tf.addN(placed) as tf.Tensor4D
}

/** [batch, rows, columns, channels] with `stride − 1` zeros between neighbours. */
function spreadOut(input: tf.Tensor4D, [down, across]: readonly [number, number]): tf.Tensor4D {
  if (down === 1 && across === 1) return input
  const [batch, rows, columns, channels] = input.shape
  const tall = tf.pad(tf.reshape(input, [batch * rows, 1, columns * channels]), [
    [0, 0],
    [0, down - 1],
    [0, 0],
  ])
  const cells = tf.pad(tf.reshape(tall, [batch * rows * down * columns, 1, channels]), [
    [0, 0],
    [0, across - 1],
    [0, 0],
  ])
  const wide = tf.reshape(cells, [batch, rows * down, columns * across, channels]) as tf.Tensor4D
  return tf.slice(wide, [0, 0, 0, 0], [batch, (rows - 1) * down + 1, (columns - 1) * across + 1, channels])
}

function tapsOf([height, width]: readonly [number, number]): [number, number][] {
  return Array.from({ length: height * width }, (_, tap) => [Math.floor(tap / width), tap % width])
}
