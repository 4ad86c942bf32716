import { type ConfigOf, MODELS, TesseraError } from '@tessera/core'
import { Buffer, Module } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { unitLength } from '../losses/reconstructionLoss.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(1))

const schema = v.strictObject({
  /** Directions that gradients are counted by. */
  nbins: v.optional(count, 9),
  /** Pixels a side of a cell. */
  pool: v.optional(count, 8),
  /** Pixels a side of the Gaussian windows that gradients are weighed by; 0: none. */
  gaussian_window: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 16),
})

interface HOGGeneratorConfig extends ConfigOf<'HOGGenerator', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    HOGGenerator: HOGGeneratorConfig
  }
}

/** Patches a side of the target: as in the reference, whatever the image. */
const SIDE = 14
const SOBEL = [1, 0, -1, 2, 0, -2, 1, 0, -1]

/** Histograms of oriented gradients of normalized images: MaskFeat's target (Dalal & Triggs 2005; Wei et al. 2021, arXiv 2112.09133). */
@MODELS.registerModule()
export class HOGGenerator extends Module {
  static readonly schema = schema

  constructor(private readonly options: v.InferOutput<typeof schema>) {
    super()
    const kernels = (of: (i: number) => number) => Float32Array.from({ length: 27 }, (_, i) => of(i % 9))
    this.registerBuffer('weight_x', new Buffer([3, 1, 3, 3], { init: () => kernels((i) => SOBEL[i] ?? 0) }))
    this.registerBuffer('weight_y', new Buffer([3, 1, 3, 3], { init: () => kernels((i) => SOBEL[(i % 3) * 3 + Math.floor(i / 3)] ?? 0) }))
    const { gaussian_window: window } = options
    if (window > 0) this.registerBuffer('gaussian_kernel', new Buffer([window, window], { init: () => gaussian(window) }))
  }

  /** [batch, height, width, channels] → [batch, 196, values]; channels, directions, and the cells of a patch, in this order. */
  override forward(images: tf.Tensor4D): tf.Tensor3D {
    const { nbins, pool } = this.options
    const [batch, height, width, channels] = images.shape
    this.check(height, width)
    const [across, down] = gradients(images)
    const bins = tf.mod(tf.floor(tf.mul(tf.div(tf.atan2(across, down), Math.PI), nbins)), nbins)
    const strength = tf.mul(tf.sqrt(tf.add(tf.square(across), tf.square(down))), this.windows(height, width))
    const counted = tf.mul(tf.oneHot(tf.cast(bins, 'int32'), nbins), tf.expandDims(strength, -1))
    const [rows, columns] = [Math.floor(height / pool), Math.floor(width / pool)]
    const whole = tf.slice(counted, [0, 0, 0, 0, 0], [batch, rows * pool, columns * pool, channels, nbins])
    const cells = tf.reshape(whole, [batch * rows, pool, columns, pool, channels * nbins])
    const summed = tf.reshape(tf.sum(cells, [1, 3]), [batch, rows, columns, channels, nbins])
    const unit = unitLength(summed)
    const size = Math.floor(columns / SIDE)
    const patches = tf.reshape(tf.slice(unit, [0, 0, 0, 0, 0], [batch, SIDE * size, SIDE * size, channels, nbins]), [
      batch * SIDE,
      size,
      SIDE,
      size,
      channels * nbins,
    ])
    return tf.reshape(tf.transpose(patches, [0, 2, 4, 1, 3]), [batch, SIDE * SIDE, channels * nbins * size * size])
  }

  /** The Gaussian window, repeated over the image: [height, width, 1], or 1. */
  private windows(height: number, width: number): tf.Tensor {
    const { gaussian_window: window } = this.options
    if (window === 0) return tf.scalar(1)
    const kernel = tf.tensor2d(gaussian(window), [window, window])
    return tf.expandDims(tf.tile(kernel, [height / window, width / window]), -1)
  }

  private check(height: number, width: number): void {
    const { pool, gaussian_window: window } = this.options
    const smallest = SIDE * pool
    const fits = window === 0 || (height % window === 0 && width % window === 0)
    if (height === width && height >= smallest && fits) return
    throw new TesseraError('SHAPE_MISMATCH', {
      what: `the target has ${SIDE}×${SIDE} patches of whole cells`,
      path: this.path,
      got: [height, width],
      expected: `a square of ${smallest} pixels or more${window === 0 ? '' : `, a multiple of ${window}`}`,
    })
  }
}

function gaussian(size: number): Float32Array {
  const line = Array.from({ length: size }, (_, i) => Math.exp(-0.5 * ((i - (size - 1) / 2) / Math.floor(size / 2)) ** 2))
  const sum = line.reduce((a, b) => a + b, 0) ** 2
  return Float32Array.from({ length: size * size }, (_, i) => ((line[Math.floor(i / size)] ?? 0) * (line[i % size] ?? 0)) / sum)
}

/** Sobel's differences along the rows and the columns; beyond the edge the image is mirrored. */
function gradients(images: tf.Tensor4D): [tf.Tensor4D, tf.Tensor4D] {
  const [batch, height, width, channels] = images.shape
  const padded = tf.mirrorPad(
    images,
    [
      [0, 0],
      [1, 1],
      [1, 1],
      [0, 0],
    ],
    'reflect',
  )
  const at = (row: number, column: number) => tf.slice(padded, [0, row, column, 0], [batch, height, width, channels])
  const smooth = (a: tf.Tensor4D, b: tf.Tensor4D, c: tf.Tensor4D): tf.Tensor4D => tf.add(tf.add(a, c), tf.mul(b, 2))
  const across = tf.sub(smooth(at(0, 0), at(1, 0), at(2, 0)), smooth(at(0, 2), at(1, 2), at(2, 2))) as tf.Tensor4D
  const down = tf.sub(smooth(at(0, 0), at(0, 1), at(0, 2)), smooth(at(2, 0), at(2, 1), at(2, 2))) as tf.Tensor4D
  return [across, down]
}
