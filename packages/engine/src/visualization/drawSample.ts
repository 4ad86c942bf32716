import type { ImageArray } from '@tessera/core'
import sharp from 'sharp'
import type { DrawnSample } from './visBackend.js'

/** Smaller images are enlarged to this, pixel by pixel: a digit of 28 × 28 cannot be seen. */
const SMALLEST_SIDE = 224
const MARGIN = 12

/** The image as a PNG, with the caption below it: nothing of the image is hidden. */
export async function drawSample({ image, caption }: DrawnSample): Promise<Uint8Array> {
  const scale = Math.max(1, Math.ceil(SMALLEST_SIDE / Math.min(image.width, image.height)))
  const [width, height] = [image.width * scale, image.height * scale]
  const pixels = await sharp(rgbBytes(image), { raw: { width: image.width, height: image.height, channels: image.channels === 1 ? 1 : 3 } })
    .resize(width, height, { kernel: 'nearest' })
    .png()
    .toBuffer()
  const text = await captionImage(caption, width)
  return sharp({ create: { width, height: height + MARGIN + text.height, channels: 3, background: '#fff' } })
    .composite([
      { input: pixels, top: 0, left: 0 },
      ...(text.png === undefined ? [] : [{ input: text.png, top: height + MARGIN / 2, left: MARGIN / 2 }]),
    ])
    .png()
    .toBuffer()
}

/** Black text, wrapped to the width. Drawn by Pango itself: the SVG reader is closed where images of strangers are read. */
async function captionImage(caption: readonly string[], width: number): Promise<{ png?: Buffer; height: number }> {
  if (caption.length === 0) return { height: 0 }
  const text = caption.map(escapeMarkup).join('\n')
  const { data, info } = await sharp({ text: { text, font: 'sans 11', rgba: true, width: width - MARGIN } })
    .png()
    .toBuffer({ resolveWithObject: true })
  return { png: data, height: info.height }
}

/** Bytes in RGB: images are loaded as BGR; normalized ones are stretched to what can be seen. */
export function rgbBytes({ data, channels }: ImageArray): Uint8Array {
  const out = new Uint8Array((data.length / channels) * (channels === 1 ? 1 : 3))
  const [low, high] =
    data instanceof Uint8Array ? [0, 255] : data.reduce(([a, b], x) => [Math.min(a, x), Math.max(b, x)], [Infinity, -Infinity])
  const byte = (value: number) => Math.round(((value - low) / Math.max(1e-12, high - low)) * 255)
  if (channels === 1) return out.map((_, i) => byte(data[i] ?? 0))
  return out.map((_, i) => byte(data[Math.floor(i / 3) * channels + 2 - (i % 3)] ?? 0))
}

function escapeMarkup(text: string): string {
  return text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
