import type { ImageArray } from '@tessera/core'
import sharp from 'sharp'
import { drawSample } from './drawSample.js'

const GAP = 8

/** Images beside each other, each with the caption below the first, as a PNG: what a pipeline is given and makes of it. */
export async function drawRow(images: readonly ImageArray[], caption: readonly string[]): Promise<Uint8Array> {
  const drawn = await Promise.all(images.map((image, i) => drawSample({ image, caption: i === 0 ? caption : [] })))
  const sizes = await Promise.all(drawn.map((png) => sharp(png).metadata()))
  let left = 0
  const placed = drawn.map((png, i) => {
    const at = { input: Buffer.from(png), left, top: 0 }
    left += (sizes[i]?.width ?? 0) + GAP
    return at
  })
  const height = Math.max(...sizes.map((size) => size.height ?? 0))
  return sharp({ create: { width: Math.max(1, left - GAP), height, channels: 3, background: '#fff' } })
    .composite(placed)
    .png()
    .toBuffer()
}
