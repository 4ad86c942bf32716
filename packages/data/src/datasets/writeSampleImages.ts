import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'

export interface SampleImages {
  /** Default 2. */
  readonly classes?: number
  /** Default 8. */
  readonly perClass?: number
  /** Height and width. Default 64. */
  readonly size?: number
}

/** Writes a folder-per-class data set of plain coloured images with a gradient: something to try a recipe on. */
export async function writeSampleImages(folder: string, { classes = 2, perClass = 8, size = 64 }: SampleImages = {}): Promise<void> {
  for (let label = 0; label < classes; label++) {
    const place = join(folder, `class_${label}`)
    await mkdir(place, { recursive: true })
    for (let index = 0; index < perClass; index++) {
      const pixels = Uint8Array.from({ length: size * size * 3 }, (_, i) => (i * (label + 1) + index * 37 + (i % 3) * 60) % 256)
      await sharp(pixels, { raw: { width: size, height: size, channels: 3 } })
        .png()
        .toFile(join(place, `${index}.png`))
    }
  }
}
