import { describe, expect, test } from '@jest/globals'
import * as v from 'valibot'
import { copyConfig } from './copyConfig.js'
import { freezeConfig } from './freezeConfig.js'
import { mergeConfig } from './mergeConfig.js'
import { parseOverrides } from './parseOverrides.js'
import { isTuple, tuple } from './tuple.js'

describe('a tuple', () => {
  test('is an array to everyone who does not ask', () => {
    const betas = tuple(0.9, 0.999)
    expect(Array.isArray(betas)).toBe(true)
    expect(betas).toEqual([0.9, 0.999])
    expect(JSON.stringify(betas)).toBe('[0.9,0.999]')
    expect(v.parse(v.tuple([v.number(), v.number()]), betas)).toEqual([0.9, 0.999])
  })

  test.each<[string, unknown, boolean]>([
    ['empty', tuple(), true],
    ['of one number', tuple(3), true],
    ['a list', [1, 2], false],
    ['an object', { length: 0 }, false],
    ['null', null, false],
  ])('%s', (_name, value, expected) => {
    expect(isTuple(value)).toBe(expected)
  })

  test('of one number holds that number, not so many holes', () => {
    expect(tuple(3)).toEqual([3])
  })

  test('survives copying, merging and freezing, and so do lists', () => {
    const config = { a: tuple(tuple(1), [2]), b: [tuple('x')] }
    for (const copy of [copyConfig(config), mergeConfig({ a: 1 }, config), freezeConfig(mergeConfig(config, {}))]) {
      const { a, b } = copy as typeof config
      expect([isTuple(a), isTuple(a[0]), isTuple(a[1]), isTuple(b), isTuple(b[0])]).toEqual([true, true, false, false, true])
      expect(copy).toEqual(config)
    }
  })

  test('is what round brackets in an override make', () => {
    const [round, square, bare] = parseOverrides(['a=(1,2)', 'a=[(1,2),3]', 'a=1,2']).map(({ value }) => value)
    expect([isTuple(round), isTuple(square), isTuple(bare)]).toEqual([true, false, false])
    expect(isTuple((square as unknown[])[0])).toBe(true)
  })
})
