import { tf } from '@tessera/runtime'
import { TensorModule } from '../module/module.js'
import type { Pair } from './conv2d.js'

export interface Pool2dOptions {
  readonly kernelSize: Pair
  /** Default: the kernel's size. */
  readonly stride?: Pair
  /** On every side. Default 0. */
  readonly padding?: Pair
  /** Windows that begin inside but reach over the edge count, too. Default false. */
  readonly ceilMode?: boolean
}

export interface AvgPool2dOptions extends Pool2dOptions {
  /** Whether padding counts as zeros in the mean. Default true (PyTorch's). */
  readonly countIncludePad?: boolean
}

/** Per axis: output size, and what to add before and after so that every window is whole. */
interface AxisPlan {
  readonly outSize: number
  readonly before: number
  readonly after: number
}

/** A value that no feature is below: what padding must not win against. */
const LOWEST = -3.4028234663852886e38

abstract class Pool2d extends TensorModule {
  protected readonly kernel: [number, number]
  protected readonly strides: [number, number]
  protected readonly padding: [number, number]
  private readonly ceilMode: boolean

  constructor(options: Pool2dOptions) {
    super()
    this.kernel = toPair(options.kernelSize)
    this.strides = toPair(options.stride ?? options.kernelSize)
    this.padding = toPair(options.padding ?? 0)
    this.ceilMode = options.ceilMode ?? false
  }

  protected plan(size: number, axis: 0 | 1): AxisPlan {
    const [kernel, stride, pad] = [this.kernel[axis], this.strides[axis], this.padding[axis]]
    const steps = (size + 2 * pad - kernel) / stride
    let outSize = (this.ceilMode ? Math.ceil(steps) : Math.floor(steps)) + 1
    // A window has to begin inside the image or its left padding.
    if (this.ceilMode && (outSize - 1) * stride >= size + pad) outSize--
    const reach = (outSize - 1) * stride + kernel
    return { outSize, before: pad, after: Math.max(0, reach - size - pad) }
  }

  protected pad(input: tf.Tensor4D, value: number): tf.Tensor4D {
    const [rows, columns] = [this.plan(input.shape[1], 0), this.plan(input.shape[2], 1)]
    if (rows.before + rows.after + columns.before + columns.after === 0) return input
    return tf.pad(
      input,
      [
        [0, 0],
        [rows.before, rows.after],
        [columns.before, columns.after],
        [0, 0],
      ],
      value,
    )
  }
}

/** The largest value of each window: [batch, height, width, channels]. */
export class MaxPool2d extends Pool2d {
  override forward(input: tf.Tensor): tf.Tensor {
    return tf.maxPool(this.pad(input as tf.Tensor4D, LOWEST), this.kernel, this.strides, 'valid')
  }
}

/** The mean of each window: [batch, height, width, channels]. */
export class AvgPool2d extends Pool2d {
  private readonly countIncludePad: boolean

  constructor(options: AvgPool2dOptions) {
    super(options)
    this.countIncludePad = options.countIncludePad ?? true
  }

  override forward(input: tf.Tensor): tf.Tensor {
    const maps = input as tf.Tensor4D
    const padded = this.pad(maps, 0)
    const mean = tf.avgPool(padded, this.kernel, this.strides, 'valid')
    return padded === maps ? mean : tf.mul(mean, this.correction(maps.shape[1], maps.shape[2]))
  }

  /** [1, rows, columns, 1]: the kernel's size over the number of values that count in each window. */
  private correction(height: number, width: number): tf.Tensor {
    const rows = this.counts(height, 0)
    const columns = this.counts(width, 1)
    const whole = this.kernel[0] * this.kernel[1]
    const values = rows.flatMap((down) => columns.map((across) => whole / (down * across)))
    return tf.tensor4d(Float32Array.from(values), [1, rows.length, columns.length, 1])
  }

  private counts(size: number, axis: 0 | 1): number[] {
    const { outSize, before } = this.plan(size, axis)
    const [low, high] = this.countIncludePad ? [-before, size + before] : [0, size]
    return Array.from({ length: outSize }, (_, i) => {
      const start = i * this.strides[axis] - before
      return Math.min(start + this.kernel[axis], high) - Math.max(start, low)
    })
  }
}

function toPair(value: Pair): [number, number] {
  return typeof value === 'number' ? [value, value] : [value[0], value[1]]
}
