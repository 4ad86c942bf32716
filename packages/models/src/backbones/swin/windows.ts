import { tf } from '@tessera/runtime'

/** [batch, height, width, channels] → [batch · windows, size², channels]; the sizes are multiples of the window's. */
export function partition(x: tf.Tensor, size: number): tf.Tensor3D {
  const [batch = 0, height = 0, width = 0, channels = 0] = x.shape
  const cut = tf.reshape(x, [batch, height / size, size, width / size, size, channels])
  return tf.reshape(tf.transpose(cut, [0, 1, 3, 2, 4, 5]), [-1, size * size, channels])
}

/** The way back: [batch · windows, size², channels] → [batch, height, width, channels]. */
export function unpartition(windows: tf.Tensor, size: number, height: number, width: number): tf.Tensor4D {
  const channels = windows.shape[2] ?? 0
  const laid = tf.reshape(windows, [-1, height / size, width / size, size, size, channels])
  return tf.reshape(tf.transpose(laid, [0, 1, 3, 2, 4, 5]), [-1, height, width, channels])
}

/** Moves a map up and to the left by so many places; what leaves comes in on the other side. Negative: down and right. */
export function roll(x: tf.Tensor4D, shift: number): tf.Tensor4D {
  return rollAxis(rollAxis(x, shift, 1), shift, 2)
}

function rollAxis(x: tf.Tensor4D, shift: number, axis: 1 | 2): tf.Tensor4D {
  const size = x.shape[axis]
  const first = ((shift % size) + size) % size
  if (first === 0) return x
  const [before, behind] = tf.split(x, [first, size - first], axis) as [tf.Tensor4D, tf.Tensor4D]
  return tf.concat([behind, before], axis)
}

/** Zeros at the bottom and right, so that windows of this size cover the map. */
export function padToWindows(x: tf.Tensor4D, size: number): tf.Tensor4D {
  const [, height, width] = x.shape
  const [bottom, right] = [(size - (height % size)) % size, (size - (width % size)) % size]
  if (bottom + right === 0) return x
  return tf.pad(x, [
    [0, 0],
    [0, bottom],
    [0, right],
    [0, 0],
  ])
}

/**
 * After a roll by `shift`, the last windows hold places from opposite edges: −100 between those, 0 between neighbours.
 * [windows, 1, size², size²].
 */
export function shiftMask(height: number, width: number, size: number, shift: number): tf.Tensor4D {
  const region = (place: number, length: number) => (place < length - size ? 0 : place < length - shift ? 1 : 2)
  const [down, across] = [height / size, width / size]
  const places = size * size
  const values = new Float32Array(down * across * places * places)
  let at = 0
  for (let window = 0; window < down * across; window++) {
    const [top, left] = [Math.floor(window / across) * size, (window % across) * size]
    const regions = Array.from({ length: places }, (_, place) => {
      return region(top + Math.floor(place / size), height) * 3 + region(left + (place % size), width)
    })
    for (const q of regions) for (const k of regions) values[at++] = q === k ? 0 : -100
  }
  return tf.tensor4d(values, [down * across, 1, places, places])
}
