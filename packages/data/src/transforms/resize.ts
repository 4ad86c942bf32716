import { type ConfigOf, type ImageArray, type PipelineItem, TesseraError, TRANSFORMS, type Transform } from '@tessera/core'
import * as v from 'valibot'
import { imageOf, withImage } from '../image/imageArray.js'
import { checkResize, resizeEntries, resizeImage } from '../resize/resizeOptions.js'

const size = v.pipe(v.number(), v.integer(), v.minValue(1))
const factor = v.pipe(v.number(), v.gtValue(0))

const schema = v.strictObject({
  /** Width and height; one number for both. */
  scale: v.nullish(v.union([size, v.tuple([size, size])])),
  /** In place of `scale`: what width and height are multiplied by; one number for both. */
  scale_factor: v.nullish(v.union([factor, v.tuple([factor, factor])])),
  /** The largest size of the same ratio whose long edge fits the longer of `scale`, and its short edge the shorter. */
  keep_ratio: v.optional(v.boolean(), false),
  ...resizeEntries,
})

export interface ResizeConfig extends ConfigOf<'Resize', typeof schema> {}
declare module '@tessera/core' {
  interface TransformTypes {
    Resize: ResizeConfig
  }
}

/** Resizes to a size (mmcv's Resize). `scale_factor` in the item is what became of width and height. */
@TRANSFORMS.registerModule()
export class Resize implements Transform {
  static readonly schema = schema

  constructor(private readonly options: v.InferOutput<typeof schema>) {
    checkResize(options)
    const given = [options.scale, options.scale_factor].filter((value) => value !== undefined && value !== null)
    if (given.length !== 1)
      throw new TesseraError('INVALID_OPTIONS', { what: 'a size is needed', path: 'scale', expected: 'scale or scale_factor, one of them' })
  }

  transform(item: PipelineItem): PipelineItem {
    const image = imageOf(item)
    const [width, height] = this.sizeFor(image)
    item['scale_factor'] = [width / image.width, height / image.height]
    return withImage(item, resizeImage(image, height, width, this.options))
  }

  private sizeFor(image: ImageArray): readonly [width: number, height: number] {
    const { scale, scale_factor, keep_ratio } = this.options
    const [width, height] = scale ? pair(scale) : times(image, pair(scale_factor ?? 1))
    if (!keep_ratio) return [width, height]
    const long = Math.max(width, height) / Math.max(image.width, image.height)
    const short = Math.min(width, height) / Math.min(image.width, image.height)
    const ratio = Math.min(long, short)
    return times(image, [ratio, ratio])
  }
}

function pair(value: number | readonly [number, number]): readonly [number, number] {
  return typeof value === 'number' ? [value, value] : value
}

/** Width and height times their factors, rounded, at least one pixel. */
function times(image: ImageArray, [x, y]: readonly [number, number]): readonly [width: number, height: number] {
  return [Math.max(1, Math.trunc(image.width * x + 0.5)), Math.max(1, Math.trunc(image.height * y + 0.5))]
}
