import { type ImageArray, TesseraError } from '@tessera/core'
import sharp from 'sharp'
import { rgbBytes } from './drawSample.js'

/**
 * An image under the colours of a heat map: cold is blue, hot is red (OpenCV's JET). Both count half, and the brightest becomes white, as in
 * MMPreTrain's vis_cam.
 * @param heat row by row, 0 to 1, of the image's size
 * @returns RGB bytes, row by row
 */
export function heatOverlay(image: ImageArray, heat: Float32Array): Uint8Array {
  const { width, height } = image
  if (heat.length !== width * height) {
    throw new TesseraError('SHAPE_MISMATCH', {
      what: 'a heat map has a value for each pixel',
      got: heat.length,
      expected: String(width * height),
    })
  }
  const bytes = rgbBytes(image)
  const channels = bytes.length / heat.length
  const mixed = Float32Array.from({ length: heat.length * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3)
    const channel = i % 3
    return jet(heat[pixel] ?? 0, channel) + (bytes[pixel * channels + (channels === 1 ? 0 : channel)] ?? 0) / 255
  })
  const brightest = mixed.reduce((a, b) => Math.max(a, b), 1e-12)
  return Uint8Array.from(mixed, (value) => Math.floor((255 * value) / brightest))
}

/** Red (0), green (1) or blue (2) of a value from 0 to 1. */
function jet(value: number, channel: number): number {
  const peak = [3, 2, 1][channel] ?? 0
  return Math.min(1, Math.max(0, 1.5 - Math.abs(4 * value - peak)))
}

/** The same as a PNG. */
export function heatPicture(image: ImageArray, heat: Float32Array): Promise<Uint8Array> {
  const { width, height } = image
  return sharp(heatOverlay(image, heat), { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer()
}
