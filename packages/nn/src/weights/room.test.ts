import { expect, test } from '@jest/globals'
import { sharedRoom } from './room.js'

test('side by side, aligned for every dtype, each byte given once', () => {
  const room = sharedRoom(32)
  const parts = [room(4), room(8), room(3), room(0), room(8)]
  expect(new Set(parts.map(({ buffer }) => buffer)).size).toBe(1)
  expect(parts.map(({ byteOffset, byteLength }) => [byteOffset, byteLength])).toEqual([
    [0, 4],
    [8, 8],
    [16, 3],
    [24, 0],
    [24, 8],
  ])
})

test('more than was said is given, too', () => {
  const room = sharedRoom(8)
  const [first, second] = [room(8), room(100)]
  expect([first.byteLength, second.byteLength, first.buffer === second.buffer]).toEqual([8, 100, false])
})
