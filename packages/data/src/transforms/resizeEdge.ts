import { type ConfigOf, type PipelineItem, TRANSFORMS, type Transform } from '@tessera/core'
import * as v from 'valibot'
import { imageOf, withImage } from '../image/imageArray.js'
import { checkResize, resizeEntries, resizeImage } from '../resize/resizeOptions.js'

const schema = v.strictObject({
  scale: v.pipe(v.number(), v.integer(), v.minValue(1)),
  edge: v.optional(v.picklist(['short', 'long', 'width', 'height']), 'short'),
  ...resizeEntries,
})

export interface ResizeEdgeConfig extends ConfigOf<'ResizeEdge', typeof schema> {}
declare module '@tessera/core' {
  interface TransformTypes {
    ResizeEdge: ResizeEdgeConfig
  }
}

/** Resizes so that one edge has the given length, keeping the ratio (MMPreTrain's ResizeEdge). */
@TRANSFORMS.registerModule()
export class ResizeEdge implements Transform {
  static readonly schema = schema

  constructor(private readonly options: v.InferOutput<typeof schema>) {
    checkResize(options)
  }

  transform(item: PipelineItem): PipelineItem {
    const image = imageOf(item)
    const { scale, edge } = this.options
    const isByWidth =
      edge === 'width' || (edge === 'short' && image.width < image.height) || (edge === 'long' && image.width > image.height)
    const [height, width] = isByWidth
      ? [Math.trunc((scale * image.height) / image.width), scale]
      : [scale, Math.trunc((scale * image.width) / image.height)]
    item['scale_factor'] = [width / image.width, height / image.height]
    return withImage(item, resizeImage(image, height, width, this.options))
  }
}
