import { expect, test } from '@jest/globals'
import sharp from 'sharp'
import { drawRow } from './drawRow.js'

test('images of several sizes stand beside each other on white', async () => {
  const image = (side: number, value: number) =>
    ({ data: new Uint8Array(side * side * 3).fill(value), width: side, height: side, channels: 3 }) as const
  const png = await drawRow([image(300, 0), image(240, 100)], [])
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  expect([info.width, info.height > 300]).toEqual([300 + 8 + 240, true])
  const grey = (x: number, y: number) => data[(y * info.width + x) * info.channels]
  expect([grey(299, 299), grey(304, 10), grey(308, 239), grey(547, 299)]).toEqual([0, 255, 100, 255])
})
