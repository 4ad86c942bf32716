import { beforeAll, expect, test } from '@jest/globals'
import { currentBackend, useBackend } from '../backend/useBackend.js'
import { tf } from '../tf.js'
import { advance, type Key, philox, type Words4 } from './philox.js'
import { philoxBlocks } from './philoxBlocks.js'

beforeAll(async () => {
  await useBackend('auto')
})

test.each([
  [[0, 0, 0, 0], [0, 0], 3],
  [[5, 0, 7, 9], [11, 22], 300],
  [[0xffffffff, 0xffffffff, 0xfffffff0, 0x80000000], [0xffffffff, 0x80000001], 400],
  [[0xfffffff0, 3, 0x89abcdef, 0xfedcba98], [0x7e55e4a0, 0xdeadbeef], 1000],
] as [Words4, Key, number][])('blocks from %j on under %j are those one by one (%i)', (counter, key, blocks) => {
  const bytes = currentBackend()?.name === 'native' ? tf.memory().numBytes : 0
  const wanted = Array.from({ length: blocks }, (_, block) => philox(advance(counter, block), key)).flat()
  expect(Array.from(philoxBlocks(counter, key, blocks))).toEqual(wanted)
  expect(currentBackend()?.name === 'native' ? tf.memory().numBytes : 0).toBe(bytes)
})
