import { readFile } from 'node:fs/promises'
import { type ConfigOf, type ImageArray, type PipelineItem, TesseraError, TRANSFORMS, type Transform } from '@tessera/core'
import * as v from 'valibot'
import { decoderOf } from '../image/decoder.js'
import { withImage } from '../image/imageArray.js'

const schema = v.strictObject({
  /** Three channels, one, or those of the file. */
  color_type: v.optional(v.picklist(['color', 'grayscale', 'unchanged']), 'color'),
  /** Whose weights turn colours into grey; sharp decodes either way. */
  imdecode_backend: v.optional(v.picklist(['cv2', 'pillow']), 'cv2'),
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
      image = await decode(file, this.options)
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

async function decode(file: string, { color_type, imdecode_backend }: v.InferOutput<typeof schema>): Promise<ImageArray> {
  const source = decoderOf(await readFile(file))
  // As mmcv: 'unchanged' is what the file holds, all else is turned upright and loses its transparency.
  const plain = color_type === 'unchanged' ? source : source.rotate().removeAlpha().toColourspace('srgb')
  const { data, info } = await plain.raw().toBuffer({ resolveWithObject: true })
  const pixels = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  const { height, width, channels } = info
  if (channels === 3 && color_type === 'grayscale') return { data: luma(pixels, LUMA[imdecode_backend]), height, width, channels: 1 }
  if (channels >= 3) swapRedAndBlue(pixels, channels)
  return { data: pixels, height, width, channels }
}

function swapRedAndBlue(pixels: Uint8Array, channels: number): void {
  for (let i = 0; i + 2 < pixels.length; i += channels) {
    const red = pixels[i] ?? 0
    pixels[i] = pixels[i + 2] ?? 0
    pixels[i + 2] = red
  }
}

interface Luma {
  readonly weights: readonly [red: number, green: number, blue: number]
  readonly half: number
  readonly bits: number
}

/** libpng's integers, which is what OpenCV reads a PNG with (a JPEG's own luma may differ by one), and Pillow's. */
const LUMA: Record<'cv2' | 'pillow', Luma> = {
  cv2: { weights: [9797, 19234, 3737], half: 0, bits: 15 },
  pillow: { weights: [19595, 38470, 7471], half: 32768, bits: 16 },
}

function luma(rgb: Uint8Array, { weights: [red, green, blue], half, bits }: Luma): Uint8Array {
  const weigh = (i: number) => ((rgb[i] ?? 0) * red + (rgb[i + 1] ?? 0) * green + (rgb[i + 2] ?? 0) * blue + half) >> bits
  return Uint8Array.from({ length: rgb.length / 3 }, (_, i) => weigh(3 * i))
}
