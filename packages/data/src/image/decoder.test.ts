import { describe, expect, test } from '@jest/globals'
import sharp from 'sharp'
import { decoderOf } from './decoder.js'

const pixels = sharp({ create: { width: 5, height: 3, channels: 3, background: { r: 200, g: 100, b: 50 } } })

describe('decoderOf', () => {
  test.each(['jpeg', 'png', 'webp', 'avif', 'gif'] as const)('%s is read', async (format) => {
    const { info } = await decoderOf(await pixels.clone().toFormat(format).toBuffer())
      .raw()
      .toBuffer({ resolveWithObject: true })
    expect([info.width, info.height]).toEqual([5, 3])
  })

  test('a TIFF or an SVG is not even opened, whatever the file is called', async () => {
    const tiff = await pixels.clone().tiff().toBuffer()
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="5" height="3"/>')
    for (const bytes of [tiff, svg]) await expect(decoderOf(bytes).metadata()).rejects.toThrow(/unsupported image format/)
  })

  test('truncated bytes and images of too many pixels fail', async () => {
    const whole = await pixels.clone().resize(64, 64).jpeg().toBuffer()
    await expect(
      decoderOf(whole.subarray(0, whole.length - 40))
        .raw()
        .toBuffer(),
    ).rejects.toThrow()
    const bomb = await sharp({ create: { width: 9000, height: 6000, channels: 3, background: 'black' } })
      .png()
      .toBuffer()
    await expect(decoderOf(bomb).raw().toBuffer()).rejects.toThrow(/pixel limit/)
  })
})
