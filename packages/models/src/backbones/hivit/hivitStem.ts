import { Conv2d, Linear, Module, type NormLayer, type Pair } from '@tessera/nn'
import { tf } from '@tessera/runtime'

export interface HiViTPatchOptions {
  readonly patchSize: number
  /** Cells a side that each patch is cut into. */
  readonly innerPatches: number
  readonly inChannels: number
  readonly dims: number
  readonly kernelSize: Pair | null | undefined
  readonly padSize: number | null | undefined
  readonly norm: NormLayer | undefined
}

/** Patches of cells: [batch, height, width, channels] → [batch, patches, cells a side, cells a side, dims]. */
export class HiViTPatchEmbed extends Module {
  readonly proj: Conv2d
  private readonly norm: NormLayer | undefined

  constructor(private readonly options: HiViTPatchOptions) {
    super()
    const cell = Math.floor(options.patchSize / options.innerPatches)
    const convolution = { stride: cell, padding: options.padSize ?? 0 }
    this.proj = this.registerModule('proj', new Conv2d(options.inChannels, options.dims, options.kernelSize ?? cell, convolution))
    if (options.norm !== undefined) this.norm = this.registerModule('norm', options.norm)
  }

  override forward(images: tf.Tensor4D): tf.Tensor {
    const { patchSize, innerPatches: inner, dims } = this.options
    const [batch, height, width] = images.shape
    const [rows, columns] = [Math.floor(height / patchSize), Math.floor(width / patchSize)]
    const cut = tf.reshape(this.proj.call(images), [batch, rows, inner, columns, inner, dims])
    const patches = tf.reshape(tf.transpose(cut, [0, 1, 3, 2, 4, 5]), [batch, rows * columns, inner, inner, dims])
    return this.norm === undefined ? patches : this.norm.call(patches)
  }
}

/** Four neighbouring cells of a patch become one, twice as wide. */
export class PatchMerge extends Module {
  private readonly norm: NormLayer
  private readonly reduction: Linear

  constructor(dims: number, makeNorm: (features: number) => NormLayer) {
    super()
    this.norm = this.registerModule('norm', makeNorm(dims * 4))
    this.reduction = this.registerModule('reduction', new Linear(dims * 4, dims * 2, { bias: false }))
  }

  /** [batch, patches, side, side, dims] → [batch, patches, side / 2, side / 2, 2 · dims] */
  override forward(x: tf.Tensor): tf.Tensor {
    const [batch = 0, patches = 0, side = 0, , dims = 0] = x.shape
    const half = side / 2
    // The reference's order: down first, then across.
    const cut = tf.transpose(tf.reshape(x, [batch * patches, half, 2, half, 2, dims]), [0, 1, 3, 4, 2, 5])
    return this.reduction.call(this.norm.call(tf.reshape(cut, [batch, patches, half, half, 4 * dims])))
  }
}
