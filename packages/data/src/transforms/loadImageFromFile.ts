import { readFile } from 'node:fs/promises'
import { type ConfigOf, type ImageArray, type PipelineItem, TesseraError, TRANSFORMS, type Transform } from '@tessera/core'
import sharp from 'sharp'
import * as v from 'valibot'
import { withImage } from '../image/imageArray.js'

/** Far above any training image, far below what fills memory. */
const MAX_PIXELS = 50_000_000
const FORMATS = ['jpeg', 'png', 'webp', 'avif', 'heif', 'gif']

const schema = v.strictObject({
  color_type: v.optional(v.picklist(['color', 'grayscale']), 'color'),
  /** Drop an image that cannot be decoded, instead of an error. */
  ignore_empty: v.optional(v.boolean(), false),
  to_float32: v.optional(v.boolean(), false),
})

export interface LoadImageFromFileConfig extends ConfigOf<'LoadImageFromFile', typeof schema> {}
declare module '@tessera/core' {
  interface TransformTypes {
    LoadImageFromFile: LoadImageFromFileConfig
  }
}

/** Reads and decodes `img_path` with sharp (mmcv's LoadImageFromFile). Colour images are BGR, as mmcv loads them, so that `to_rgb` means what it says. */
@TRANSFORMS.registerModule()
export class LoadImageFromFile implements Transform {
  static readonly schema = schema

  constructor(private readonly options: v.InferOutput<typeof schema>) {}

  async transform(item: PipelineItem): Promise<PipelineItem | null> {
    const file = v.parse(v.string(), item['img_path'])
    let image: ImageArray
    try {
      image = await decode(file, this.options.color_type === 'grayscale')
    } catch (cause) {
      if (this.options.ignore_empty) return null
      throw new TesseraError('DATA_INVALID', {
        what: `the image cannot be decoded: ${cause instanceof Error ? cause.message : String(cause)}`,
        path: file,
        cause,
      })
    }
    item['ori_shape'] = [image.height, image.width]
    return withImage(item, this.options.to_float32 ? { ...image, data: Float32Array.from(image.data) } : image)
  }
}

async function decode(file: string, gray: boolean): Promise<ImageArray> {
  const source = sharp(await readFile(file), { limitInputPixels: MAX_PIXELS, failOn: 'error', pages: 1 })
  const { format } = await source.metadata()
  if (!FORMATS.includes(format ?? '')) throw new Error(`${format ?? 'unknown'} images are not read`)
  const plain = source.rotate().flatten({ background: 'black' }).toColourspace('srgb')
  const { data, info } = await plain.raw().toBuffer({ resolveWithObject: true })
  const pixels = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  if (info.channels === 3 && gray) return { data: luma(pixels), height: info.height, width: info.width, channels: 1 }
  if (info.channels === 3)
    for (let i = 0; i + 2 < pixels.length; i += 3) pixels.set([pixels[i + 2] ?? 0, pixels[i + 1] ?? 0, pixels[i] ?? 0], i)
  return { data: pixels, height: info.height, width: info.width, channels: info.channels }
}

/** The luma of RGB pixels in libpng's 15-bit integers, which is what OpenCV reads a PNG with (a JPEG's own luma may differ by one). */
function luma(rgb: Uint8Array): Uint8Array {
  const weigh = (i: number) => ((rgb[i] ?? 0) * 9797 + (rgb[i + 1] ?? 0) * 19234 + (rgb[i + 2] ?? 0) * 3737) >> 15
  return Uint8Array.from({ length: rgb.length / 3 }, (_, i) => weigh(3 * i))
}
