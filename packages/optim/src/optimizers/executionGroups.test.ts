import { describe, expect, test } from '@jest/globals'
import { Parameter, type ParamGroup } from '@tessera/nn'
import { type Member, planExecutionGroups, runsOf } from './executionGroups.js'

function group(kind: string, ...sizes: number[]): ParamGroup {
  const params = sizes.map((size) => Object.assign(new Parameter([size]), { name: `${kind}${size}` }))
  return { params, lr: 1, kind }
}

function at(size: number, lr: number): ParamGroup {
  return { ...group('a', size), lr }
}

function plan(groups: ParamGroup[], alone = 10, pack = 20) {
  return planExecutionGroups(groups, (one) => String(one['kind']), { alone, pack }).map(({ members, size }) => [
    members.map(({ parameter, offset }) => `${parameter.name}@${offset}`).join(' '),
    size,
  ])
}

describe('planExecutionGroups', () => {
  test.each<[string, ParamGroup[], [string, number][]]>([
    ['small ones of many groups together', [group('a', 2), group('a', 3), group('a', 4, 5)], [['a2@0 a3@2 a4@5 a5@9', 14]]],
    [
      'large ones alone, in between',
      [group('a', 2, 10, 3), group('a', 11)],
      [
        ['a2@0 a3@2', 5],
        ['a10@0', 10],
        ['a11@0', 11],
      ],
    ],
    [
      'other settings apart',
      [group('a', 2), group('b', 3), group('a', 4)],
      [
        ['a2@0 a4@2', 6],
        ['b3@0', 3],
      ],
    ],
    [
      'a full pack is closed',
      [group('a', 9, 8, 4, 3)],
      [
        ['a9@0 a8@9', 17],
        ['a4@0 a3@4', 7],
      ],
    ],
    ['equal rates next to each other', [at(2, 1), at(3, 0.5), at(4, 1)], [['a3@0 a2@3 a4@5', 9]]],
    ['no groups', [], []],
  ])('%s', (_, groups, expected) => expect(plan(groups)).toEqual(expected))

  test('nothing is packed when everything is large', () => {
    expect(plan([group('a', 1, 2), group('a', 3)], 0, 0)).toEqual([
      ['a1@0', 1],
      ['a2@0', 2],
      ['a3@0', 3],
    ])
  })
})

test.each([
  ['11111', [5]],
  ['01101', [2, 1]],
  ['10000', [1]],
  ['00000', []],
])('runs of %s', (pattern, lengths) => {
  const members = [...pattern].map((bit, offset): Member => ({ ...memberOf(bit), offset, size: 1 }))
  expect(runsOf(members, ({ parameter }) => parameter.name === '1').map((run) => run.length)).toEqual(lengths)
})

function memberOf(name: string) {
  const parameter = Object.assign(new Parameter([1]), { name })
  return { parameter, group: { params: [parameter], lr: 1 } }
}
