import { describe, expect, test } from '@jest/globals'
import { Parameter } from '@tessera/nn'
import * as v from 'valibot'
import { fillGroups } from './fillGroups.js'
import { OncePerRow } from './oncePerRow.js'
import type { ParamGroupInit } from './paramGroupInit.js'

const betas = v.tuple([v.number(), v.number()])

function setUp() {
  let checks = 0
  const lr = v.pipe(
    v.number(),
    v.check((value) => {
      checks++
      return value >= 0
    }, 'Expected a number that is not negative'),
  )
  const schema = v.strictObject({ lr, betas: v.optional(betas), weight_decay: v.optional(v.number()) })
  const fill = (settings: readonly Omit<ParamGroupInit, 'params'>[]) =>
    fillGroups(
      settings.map((group, i) => ({ params: [Object.assign(new Parameter([1]), { name: `p${i}` })], ...group })),
      { lr: 0.1, betas: [0.9, 0.999], weight_decay: 0.05 },
      schema,
      'Some',
    )
  return { fill, checks: () => checks }
}

describe('groups are checked as if each alone', () => {
  test.each([
    ['a value of its own', [{}, {}, { lr: -1 }], /^p2\.lr: Expected a number that is not negative; got -1/],
    ['NaN after a number', [{ weight_decay: 0 }, { weight_decay: Number.NaN }], /^p1\.weight_decay/],
    ['text that reads like a number before it', [{ lr: 1 }, { lr: '1' as unknown as number }], /^p1\.lr/],
    ['an array that is like a good one but longer', [{ betas: [0.9, 0.9] }, { betas: [0.9] }], /^p1\.betas\.1/],
    ['a key that only a later group has', [{ tag: 1 }, { tag: 1, betas: 0 }], /^p1\.betas/],
    ['the first of several that are wrong', [{}, { lr: -1 }, { lr: -1 }], /^p1\.lr/],
  ] as const)('%s', (_what, settings, message) => {
    expect(() => setUp().fill(settings)).toThrow(message)
  })
})

test('what groups read is checked once for each set of values, whatever else they hold; learning rates by themselves', () => {
  const { fill, checks } = setUp()
  fill(Array.from({ length: 60 }, (_, i) => ({ lr: 0.1 * (1 + (i % 3)), weight_decay: i % 2, layer_id: i })))
  // Three rates, and two sets of what else is read.
  expect(checks()).toBe(3 + 2)
})

test("a group's keys stay in their order, missing ones follow in the optimizer's; groups share no record", () => {
  const [first, second, third] = setUp().fill([
    { weight_decay: 0, tag: 'a' },
    { weight_decay: 0, tag: 'b' },
    { 'tag,lr': 1, lr: 0.2 },
  ])
  expect([first, second, third].map((group) => Object.keys(group ?? {}))).toEqual([
    ['params', 'weight_decay', 'tag', 'lr', 'betas'],
    ['params', 'weight_decay', 'tag', 'lr', 'betas'],
    ['params', 'tag,lr', 'lr', 'betas', 'weight_decay'],
  ])
  expect([first?.['tag'], second?.['tag'], third?.lr, third?.weight_decay]).toEqual(['a', 'b', 0.2, 0.05])
  if (first !== undefined) first.lr = 7
  expect(second?.lr).toBe(0.1)
})

test('rows are the same by identity, length and order', () => {
  const once = new OncePerRow<number>()
  let made = 0
  const of = (...row: unknown[]) => once.of(row, () => made++)
  const array = [1]
  expect([of(), of(1), of(1, 2), of(2, 1), of(array), of([1]), of(undefined), of(Number.NaN)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  expect([of(), of(1), of(1, 2), of(2, 1), of(array), of(undefined), of(Number.NaN)]).toEqual([0, 1, 2, 3, 4, 6, 7])
})
