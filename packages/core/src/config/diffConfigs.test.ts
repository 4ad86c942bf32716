import { expect, test } from '@jest/globals'
import { compareConfigs, diffConfigs } from './diffConfigs.js'

const FIRST = { model: { type: 'A', lr: 1, sizes: [1, 2, 3], constructor: 'C' }, val: null, same: { x: [1] }, nan: Number.NaN }

test('every value that differs, with its path', () => {
  const second = { same: { x: [1] }, model: { lr: 2, type: 'A', sizes: [1, 5], depth: 3 }, val: {}, nan: Number.NaN }
  expect(compareConfigs(FIRST, second)).toEqual([
    { path: 'model.lr', before: 1, after: 2 },
    { path: 'model.sizes[1]', before: 2, after: 5 },
    { path: 'model.sizes[2]', before: 3, after: undefined },
    { path: 'model.constructor', before: 'C', after: undefined },
    { path: 'model.depth', before: undefined, after: 3 },
    { path: 'val', before: null, after: {} },
  ])
  expect(diffConfigs(FIRST, second)).toBe(
    `- model.lr: 1
+ model.lr: 2
- model.sizes[1]: 2
+ model.sizes[1]: 5
- model.sizes[2]: 3
- model.constructor: 'C'
+ model.depth: 3
- val: null
+ val: {}`,
  )
})

test('the same config has no differences, whatever the order of its keys', () => {
  expect(diffConfigs(FIRST, Object.fromEntries(Object.entries(FIRST).reverse()))).toBe('')
})

test('a section against a list or a value is one change', () => {
  expect(compareConfigs({ a: { b: 1 } }, { a: [1] })).toEqual([{ path: 'a', before: { b: 1 }, after: [1] }])
  expect(compareConfigs({ a: [1] }, { a: { 0: 1 } }).map(({ path }) => path)).toEqual(['a'])
})
