import { type ConfigOf, configPath, type ImageArray, type PipelineItem, TesseraError, TRANSFORMS, type Transform } from '@tessera/core'
import * as v from 'valibot'
import { padValue } from '../augment/padValue.js'
import { cropImage } from '../image/cropImage.js'
import { emptyLike, imageOf, withImage } from '../image/imageArray.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(1))

const schema = v.strictObject({
  /** Fixed size [width, height]. */
  size: v.optional(v.nullable(v.tuple([count, count]))),
  /** Sides become multiples of this. */
  size_divisor: v.optional(v.nullable(count)),
  pad_to_square: v.optional(v.boolean(), false),
  /** A value, one a channel, or { img }; `seg` is accepted and not needed for images. */
  pad_val: v.optional(v.union([padValue, v.strictObject({ img: v.optional(padValue, 0), seg: v.optional(v.number(), 255) })]), 0),
  padding_mode: v.optional(v.picklist(['constant', 'edge', 'reflect', 'symmetric']), 'constant'),
})

export interface PadConfig extends ConfigOf<'Pad', typeof schema> {}
declare module '@tessera/core' {
  interface TransformTypes {
    Pad: PadConfig
  }
}

/** Adds to the bottom and the right: to a size, to a multiple, or to a square (mmcv's Pad). */
@TRANSFORMS.registerModule()
export class Pad implements Transform {
  static readonly schema = schema

  constructor(private readonly options: v.InferOutput<typeof schema>) {
    const { size, size_divisor, pad_to_square } = options
    const given = [size != null && 'size', size_divisor != null && 'size_divisor', pad_to_square && 'pad_to_square'].filter(Boolean)
    // A square may be rounded up to a multiple; a fixed size excludes both.
    if (given.length === 1 || (given.length === 2 && size == null)) return
    throw new TesseraError('INVALID_OPTIONS', {
      what: 'the size to pad to is given once',
      path: configPath(options),
      got: given.length === 0 ? 'nothing' : given.join(', '),
      expected: 'size, or size_divisor and/or pad_to_square',
    })
  }

  transform(item: PipelineItem): PipelineItem {
    const image = imageOf(item)
    const padded = this.pad(image, this.target(image))
    item['pad_shape'] = [padded.height, padded.width]
    item['pad_fixed_size'] = this.options.size ?? null
    item['pad_size_divisor'] = this.options.size_divisor ?? null
    return withImage(item, padded)
  }

  private target({ height, width }: ImageArray): { height: number; width: number } {
    const { size, size_divisor, pad_to_square } = this.options
    if (size != null) return { width: size[0], height: size[1] }
    const sides = pad_to_square ? { height: Math.max(height, width), width: Math.max(height, width) } : { height, width }
    const up = (side: number) => Math.ceil(side / (size_divisor ?? 1)) * (size_divisor ?? 1)
    return { height: up(sides.height), width: up(sides.width) }
  }

  private pad(image: ImageArray, { height, width }: { height: number; width: number }): ImageArray {
    if (height < image.height || width < image.width) {
      throw new TesseraError('DATA_INVALID', {
        what: 'an image is larger than the size it is padded to',
        got: [image.height, image.width],
        expected: `at most [${height}, ${width}] (height, width)`,
      })
    }
    const { padding_mode, pad_val } = this.options
    if (padding_mode === 'constant') {
      const fill = typeof pad_val === 'object' && !Array.isArray(pad_val) ? pad_val.img : pad_val
      return cropImage(image, { y: 0, x: 0, height, width }, fill)
    }
    const out = emptyLike(image, height, width)
    const rows = Array.from({ length: height }, (_, y) => sourceIndex(y, image.height, padding_mode))
    const columns = Array.from({ length: width }, (_, x) => sourceIndex(x, image.width, padding_mode))
    for (const [y, row] of rows.entries())
      for (const [x, column] of columns.entries()) {
        const from = (row * image.width + column) * image.channels
        out.data.set(image.data.subarray(from, from + image.channels), (y * width + x) * image.channels)
      }
    return out
  }
}

/** Which pixel of an axis stands at a place beyond its end; mirrored again and again where the padding is longer than the image. */
function sourceIndex(at: number, length: number, mode: 'edge' | 'reflect' | 'symmetric'): number {
  if (mode === 'edge' || length === 1) return Math.min(at, length - 1)
  const period = mode === 'reflect' ? 2 * (length - 1) : 2 * length
  const within = at % period
  return within < length ? within : period - within - (mode === 'reflect' ? 0 : 1)
}
