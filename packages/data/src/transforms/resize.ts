import { type ConfigOf, type PipelineItem, TRANSFORMS, type Transform } from '@tessera/core'
import * as v from 'valibot'
import { imageOf, withImage } from '../image/imageArray.js'
import { checkResize, resizeEntries, resizeImage } from '../resize/resizeOptions.js'

const size = v.pipe(v.number(), v.integer(), v.minValue(1))

const schema = v.strictObject({
  /** Width and height; one number for both. */
  scale: v.union([size, v.tuple([size, size])]),
  ...resizeEntries,
})

export interface ResizeConfig extends ConfigOf<'Resize', typeof schema> {}
declare module '@tessera/core' {
  interface TransformTypes {
    Resize: ResizeConfig
  }
}

/** Resizes to a fixed size, whatever the ratio was (mmcv's Resize). */
@TRANSFORMS.registerModule()
export class Resize implements Transform {
  static readonly schema = schema

  constructor(private readonly options: v.InferOutput<typeof schema>) {
    checkResize(options)
  }

  transform(item: PipelineItem): PipelineItem {
    const image = imageOf(item)
    const { scale } = this.options
    const [width, height] = typeof scale === 'number' ? [scale, scale] : scale
    item['scale_factor'] = [width / image.width, height / image.height]
    return withImage(item, resizeImage(image, height, width, this.options))
  }
}
