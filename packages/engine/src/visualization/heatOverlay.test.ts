import { expect, test } from '@jest/globals'
import sharp from 'sharp'
import { heatOverlay, heatPicture } from './heatOverlay.js'

/** Two pixels beside each other, black in the image. */
const image = { data: new Uint8Array(6), width: 2, height: 1, channels: 3 } as const

test('cold is blue, the middle green, hot is red', () => {
  expect([...heatOverlay(image, Float32Array.of(0, 1))]).toEqual([0, 0, 255, 255, 0, 0])
  expect([...heatOverlay(image, Float32Array.of(0.5, 0.5))]).toEqual([127, 255, 127, 127, 255, 127])
})

test('the image shows through, its colours in order: it is loaded as BGR', async () => {
  const blue = { ...image, data: Uint8Array.of(255, 0, 0, 0, 0, 0) }
  expect([...heatOverlay(blue, Float32Array.of(0, 0))]).toEqual([0, 0, 255, 0, 0, 85])
  const { data, info } = await sharp(await heatPicture(blue, Float32Array.of(0, 0)))
    .raw()
    .toBuffer({ resolveWithObject: true })
  expect({ data: [...data], width: info.width, height: info.height }).toEqual({ data: [0, 0, 255, 0, 0, 85], width: 2, height: 1 })
})

test('another size is refused', () => {
  expect(() => heatOverlay(image, new Float32Array(3))).toThrow(/a value for each pixel; got 3, expected 2/)
})
