import { type ConfigOf, type PipelineItem, TesseraError, TRANSFORMS, type Transform } from '@tessera/core'
import * as v from 'valibot'
import { imageOf, withImage } from '../image/imageArray.js'

const schema = v.strictObject({
  /** Per channel, on values 0 to 255, in the order that the channels have after `to_rgb`. */
  mean: v.pipe(v.array(v.number()), v.nonEmpty()),
  std: v.pipe(v.array(v.number()), v.nonEmpty()),
  /** Flip the order of the channels (images are loaded as BGR). */
  to_rgb: v.optional(v.boolean(), true),
})

export interface NormalizeConfig extends ConfigOf<'Normalize', typeof schema> {}
declare module '@tessera/core' {
  interface TransformTypes {
    Normalize: NormalizeConfig
  }
}

/** (pixel − mean) / std as 32-bit floats (mmcv's Normalize). `ClsDataPreprocessor` does the same for a whole batch, faster. */
@TRANSFORMS.registerModule()
export class Normalize implements Transform {
  static readonly schema = schema

  constructor(private readonly options: v.InferOutput<typeof schema>) {
    const { mean, std } = options
    if (mean.length !== std.length)
      throw new TesseraError('INVALID_OPTIONS', { what: 'mean and std are of equal length', path: 'std', got: { mean, std } })
    if (std.includes(0)) throw new TesseraError('INVALID_OPTIONS', { what: 'a std of 0 divides by zero', path: 'std', got: std })
  }

  transform(item: PipelineItem): PipelineItem {
    const { mean, std, to_rgb } = this.options
    const image = imageOf(item)
    const { channels } = image
    if (channels !== mean.length || (to_rgb && channels !== 3)) {
      throw new TesseraError('SHAPE_MISMATCH', {
        what: 'mean, std and to_rgb are for another number of channels',
        got: channels,
        expected: to_rgb ? '3' : String(mean.length),
      })
    }
    const data = new Float32Array(image.data.length)
    for (let channel = 0; channel < channels; channel++) {
      const from = to_rgb ? channels - 1 - channel : channel
      const shift = mean[channel] ?? 0
      const scale = 1 / (std[channel] ?? 1)
      for (let i = 0; i < data.length; i += channels) data[i + channel] = ((image.data[i + from] ?? 0) - shift) * scale
    }
    item['img_norm_cfg'] = { mean, std, to_rgb }
    return withImage(item, { ...image, data })
  }
}
