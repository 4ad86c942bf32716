import { tf } from '@tessera/runtime'

/** Cosines and sines of a discrete Fourier transform, [size, frequencies], orthonormal over `size` samples. */
function waves(size: number, frequencies: number): { cos: tf.Tensor2D; sin: tf.Tensor2D } {
  const [cos, sin] = [new Float32Array(size * frequencies), new Float32Array(size * frequencies)]
  for (let place = 0; place < size; place++) {
    for (let k = 0; k < frequencies; k++) {
      const angle = (2 * Math.PI * ((place * k) % size)) / size
      cos[place * frequencies + k] = Math.cos(angle) / Math.sqrt(size)
      sin[place * frequencies + k] = Math.sin(angle) / Math.sqrt(size)
    }
  }
  return { cos: tf.tensor2d(cos, [size, frequencies]), sin: tf.tensor2d(sin, [size, frequencies]) }
}

/**
 * Multiplies an image's spectrum: the two-dimensional Fourier transform of real maps, times `weight`, and back. Matrix products stand for the
 * transforms, so that every backend can differentiate, record and export them; maps here are small.
 * @param maps [batch, channels, rows, columns]
 * @param weight real and imaginary parts [channels, rows, ⌊columns / 2⌋ + 1, 2]
 */
export function spectralFilter(maps: tf.Tensor4D, weight: tf.Tensor): tf.Tensor4D {
  const [batch, channels, rows, columns] = maps.shape
  const frequencies = Math.floor(columns / 2) + 1
  const across = waves(columns, frequencies)
  const down = waves(rows, rows)
  const flat = tf.reshape(maps, [-1, columns])
  const shape = [batch * channels, rows, frequencies]
  const transposed = (x: tf.Tensor) => tf.reshape(tf.transpose(tf.reshape(x, shape), [0, 2, 1]), [-1, rows])
  // e^(−iθ): the imaginary part is minus the sine.
  const re = transposed(tf.matMul(flat, across.cos))
  const im = transposed(tf.neg(tf.matMul(flat, across.sin)))
  const spectrumRe = tf.add(tf.matMul(re, down.cos), tf.matMul(im, down.sin))
  const spectrumIm = tf.sub(tf.matMul(im, down.cos), tf.matMul(re, down.sin))
  const byFrequency = tf.unstack(tf.transpose(weight, [3, 0, 2, 1])) as [tf.Tensor, tf.Tensor]
  const [weightRe, weightIm] = byFrequency
  const wide = (x: tf.Tensor) => tf.reshape(x, [batch, channels, frequencies, rows])
  const productRe = tf.sub(tf.mul(wide(spectrumRe), weightRe), tf.mul(wide(spectrumIm), weightIm))
  const productIm = tf.add(tf.mul(wide(spectrumRe), weightIm), tf.mul(wide(spectrumIm), weightRe))
  const narrow = (x: tf.Tensor) => tf.reshape(x, [-1, rows])
  const backRe = tf.sub(tf.matMul(narrow(productRe), down.cos, false, true), tf.matMul(narrow(productIm), down.sin, false, true))
  const backIm = tf.add(tf.matMul(narrow(productIm), down.cos, false, true), tf.matMul(narrow(productRe), down.sin, false, true))
  const toRows = (x: tf.Tensor) =>
    tf.reshape(tf.transpose(tf.reshape(x, [batch * channels, frequencies, rows]), [0, 2, 1]), [-1, frequencies])
  // A real signal's negative frequencies mirror the positive ones, which count twice; the first and, of an even width, the last stand alone.
  const times = Float32Array.from({ length: frequencies }, (_, k) => (k === 0 || 2 * k === columns ? 1 : 2))
  const mirrored = tf.tensor2d(times, [1, frequencies])
  const real = tf.matMul(tf.mul(toRows(backRe), mirrored), across.cos, false, true)
  const imaginary = tf.matMul(tf.mul(toRows(backIm), mirrored), across.sin, false, true)
  return tf.reshape(tf.sub(real, imaginary), maps.shape)
}
