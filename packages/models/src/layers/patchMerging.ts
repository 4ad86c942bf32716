import {
  type AdaptivePadding,
  adaptivePads,
  Linear,
  Module,
  type NormLayer,
  type Pair,
  type PatchGrid,
  reachOf,
  slidingWindows,
} from '@tessera/nn'
import { tf } from '@tessera/runtime'

export interface PatchMergingOptions {
  readonly inChannels: number
  readonly outChannels: number
  /** Default 2. */
  readonly kernelSize?: Pair | undefined
  /** Default: the kernel's size. */
  readonly stride?: Pair | undefined
  /** Zeros on every side, or as many as it takes to cover the map. Default `corner`. */
  readonly padding?: Pair | AdaptivePadding | undefined
  /** Default false. */
  readonly bias?: boolean | undefined
  /** Of `kernel · inChannels` features; with `postNorm` of `outChannels`. Default none. */
  readonly makeNorm?: ((features: number) => NormLayer) | undefined
  /** The norm behind the reduction (Swin V2). Default false. */
  readonly postNorm?: boolean | undefined
  /** The order in a state dict: reduction before norm, as in MMPreTrain's own class, or after, as in mmcv's. Default false. */
  readonly registerReductionFirst?: boolean | undefined
}

/** Neighbouring tokens become one: their features side by side, normed and reduced (Swin's downsampling). */
export class PatchMerging extends Module {
  private readonly norm: NormLayer | undefined
  private readonly reduction: Linear
  private readonly kernel: readonly [number, number]
  private readonly strides: readonly [number, number]

  constructor(private readonly options: PatchMergingOptions) {
    super()
    const { inChannels, outChannels, kernelSize = 2, makeNorm, postNorm = false } = options
    this.kernel = toPair(kernelSize)
    this.strides = toPair(options.stride ?? kernelSize)
    const features = this.kernel[0] * this.kernel[1] * inChannels
    const reduction = new Linear(features, outChannels, { bias: options.bias ?? false })
    if (options.registerReductionFirst) this.registerModule('reduction', reduction)
    if (makeNorm !== undefined) this.norm = this.registerModule('norm', makeNorm(postNorm ? outChannels : features))
    this.reduction = options.registerReductionFirst ? reduction : this.registerModule('reduction', reduction)
  }

  /** @param x tokens [batch, rows · columns, inChannels] of a grid of this size */
  override forward(x: tf.Tensor, [rows, columns]: PatchGrid): { tokens: tf.Tensor; grid: PatchGrid } {
    const [batch = 0] = x.shape
    const map = this.pad(tf.reshape(x, [batch, rows, columns, this.options.inChannels]))
    const windows = slidingWindows(map, { kernel: this.kernel, strides: this.strides })
    const [, outRows, outColumns, features] = windows.shape
    const flat = tf.reshape(windows, [batch, outRows * outColumns, features])
    const normed = (value: tf.Tensor) => (this.norm === undefined ? value : this.norm.call(value))
    const tokens = this.options.postNorm ? normed(this.reduction.call(flat)) : this.reduction.call(normed(flat))
    return { tokens, grid: [outRows, outColumns] }
  }

  private pad(map: tf.Tensor4D): tf.Tensor4D {
    const { padding = 'corner' } = this.options
    const padsOf = (axis: 0 | 1): [number, number] => {
      if (typeof padding === 'string')
        return adaptivePads(map.shape[axis + 1] ?? 0, reachOf(this.kernel[axis], 1), this.strides[axis], padding)
      const fixed = toPair(padding)[axis]
      return [fixed, fixed]
    }
    const [vertical, horizontal] = [padsOf(0), padsOf(1)]
    if (vertical[0] + vertical[1] + horizontal[0] + horizontal[1] === 0) return map
    return tf.pad(map, [[0, 0], vertical, horizontal, [0, 0]])
  }
}

function toPair(value: Pair): readonly [number, number] {
  return typeof value === 'number' ? [value, value] : value
}
