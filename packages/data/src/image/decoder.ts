import sharp, { type Sharp } from 'sharp'

// The bytes of a file choose the decoder, whatever its name says, so those that training has no use for are closed before any byte is read.
// libvips keeps this per process: it holds for every use of sharp in it.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Webp', 'Heif', 'Nsgif'].flatMap((format) => [
    `VipsForeignLoad${format}File`,
    `VipsForeignLoad${format}Buffer`,
  ]),
})

/** Far above any training image, far below what fills memory. */
const MAX_PIXELS = 50_000_000

/** A decoder for the bytes of a JPEG, PNG, WebP, AVIF or GIF (its first frame); other formats, damage and more than 50 million pixels fail. */
export function decoderOf(bytes: Uint8Array): Sharp {
  return sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'error', pages: 1 })
}
