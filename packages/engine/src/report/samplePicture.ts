import type { ImageArray } from '@tessera/core'
import sharp from 'sharp'
import { rgbBytes } from '../visualization/drawSample.js'

/** Pixels of a side: small ones are enlarged pixel by pixel, large ones made smaller. */
const SIDE = 128

/** A sample's image as a `data:` address, so that a page needs no other file. */
export async function samplePicture(image: ImageArray): Promise<string> {
  const { width, height, channels } = image
  const isSmall = Math.max(width, height) < SIDE
  const picture = sharp(rgbBytes(image), { raw: { width, height, channels: channels === 1 ? 1 : 3 } }).resize(SIDE, SIDE, {
    fit: 'inside',
    kernel: isSmall ? 'nearest' : 'lanczos3',
  })
  const [format, bytes] = isSmall ? ['png', await picture.png().toBuffer()] : ['webp', await picture.webp({ quality: 82 }).toBuffer()]
  return `data:image/${format};base64,${bytes.toString('base64')}`
}
