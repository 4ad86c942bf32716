import { expect, test } from '@jest/globals'
import { type ImageArray, RunContainer, TRANSFORMS } from '@tessera/core'
import { RandomStream } from '@tessera/runtime'
import { dataPlugin } from '../plugin.js'
import { isPackedSample } from './packedSample.js'
import { product } from './testTimeAug.js'

const image = (): ImageArray => ({ data: Uint8Array.of(1, 2, 3, 4, 5, 6), height: 2, width: 3, channels: 1 })
const FLIPS = [1, 0].map((prob) => ({ type: 'RandomFlip', prob }))

async function run(transforms: object[][], item: object = { img: image(), gt_label: 1 }) {
  expect(dataPlugin.length).toBeGreaterThan(0)
  const result = await new RunContainer().build(TRANSFORMS, { type: 'TestTimeAug', transforms }).transform({ ...item }, new RandomStream(0))
  if (result === null) throw new Error('dropped')
  return result
}

test('every way to take one of each list', () => {
  expect(product([['a', 'b'], ['c'], ['d', 'e']])).toEqual([
    ['a', 'c', 'd'],
    ['a', 'c', 'e'],
    ['b', 'c', 'd'],
    ['b', 'c', 'e'],
  ])
})

test('the mirror image and the image, packed: one sample with a view more', async () => {
  const packed = await run([FLIPS, [{ type: 'PackInputs' }]])
  if (!isPackedSample(packed)) throw new Error('not packed')
  expect([packed.inputs, ...(packed.views ?? [])].map(({ data }) => [...data])).toEqual([
    [3, 2, 1, 6, 5, 4],
    [1, 2, 3, 4, 5, 6],
  ])
  expect(packed.data_samples).toMatchObject({ gt_label: [1], metainfo: { flip: true } })
})

test('views may differ in size; unpacked they are a list', async () => {
  const resized = [2, 4].map((size) => ({ type: 'Resize', scale: size }))
  const { img } = await run([resized, FLIPS])
  expect((img as ImageArray[]).map(({ width }) => width)).toEqual([2, 2, 4, 4])
})

test('an empty list makes no view', async () => {
  await expect(run([FLIPS, []])).rejects.toThrow(/transforms\.1/)
})
