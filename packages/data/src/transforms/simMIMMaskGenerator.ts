import {
  type ConfigOf,
  type MaskArray,
  type PipelineItem,
  type RandomSource,
  TesseraError,
  TRANSFORMS,
  type Transform,
} from '@tessera/core'
import * as v from 'valibot'

const count = v.pipe(v.number(), v.integer(), v.minValue(1))

const schema = v.strictObject({
  /** Pixels a side of the image. */
  input_size: v.optional(count, 192),
  /** Pixels a side of what is hidden at once. */
  mask_patch_size: v.optional(count, 32),
  /** Pixels a side of the model's patches. */
  model_patch_size: v.optional(count, 4),
  /** The share of the image that is hidden. */
  mask_ratio: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 0.6),
})

export interface SimMIMMaskGeneratorConfig extends ConfigOf<'SimMIMMaskGenerator', typeof schema> {}
declare module '@tessera/core' {
  interface TransformTypes {
    SimMIMMaskGenerator: SimMIMMaskGeneratorConfig
  }
}

/** A `mask` of large squares at random places (Xie et al. 2021, arXiv 2111.09886; MMPreTrain's SimMIMMaskGenerator). */
@TRANSFORMS.registerModule()
export class SimMIMMaskGenerator implements Transform {
  static readonly schema = schema
  private readonly side: number
  private readonly scale: number

  constructor(private readonly options: v.InferOutput<typeof schema>) {
    const { input_size: input, mask_patch_size: square, model_patch_size: patch } = options
    if (input % square !== 0 || square % patch !== 0) {
      throw new TesseraError('INVALID_OPTIONS', {
        what: 'images are cut into whole squares, and those into whole patches',
        path: input % square === 0 ? 'model_patch_size' : 'mask_patch_size',
        got: [input, square, patch],
        expected: 'sizes of which each divides the one before',
      })
    }
    this.side = input / square
    this.scale = square / patch
  }

  transform(item: PipelineItem, random: RandomSource): PipelineItem {
    const { side, scale } = this
    const hidden = new Set(random.permutation(side * side).subarray(0, Math.ceil(side * side * this.options.mask_ratio)))
    const length = side * scale
    const data = Uint8Array.from({ length: length * length }, (_, i) => {
      const [row, column] = [Math.floor(Math.floor(i / length) / scale), Math.floor((i % length) / scale)]
      return hidden.has(row * side + column) ? 1 : 0
    })
    const mask: MaskArray = { data, height: length, width: length }
    item['mask'] = mask
    return item
  }
}
