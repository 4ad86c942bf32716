import { describe, expect, test } from '@jest/globals'
import { advance, philox, type Words4 } from './philox.js'

describe('philox', () => {
  // The three known answers that the authors publish with Random123 for philox4x32-10.
  test.each([
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ] as [Words4, [number, number], Words4][])('counter %j', (counter, key, expected) => {
    expect(philox(counter, key)).toEqual(expected)
  })
})

describe('advance', () => {
  test.each([
    [[0, 0, 0, 0], 5, [5, 0, 0, 0]],
    [[0xffffffff, 0, 0, 0], 1, [0, 1, 0, 0]],
    [[0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], 1, [0, 0, 0, 0]],
    [[1, 2, 3, 4], 3 * 2 ** 32 + 7, [8, 5, 3, 4]],
  ] as [Words4, number, Words4][])('%j by %d', (counter, blocks, expected) => {
    expect(advance(counter, blocks)).toEqual(expected)
  })
})
