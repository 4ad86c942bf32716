import { expect, test } from '@jest/globals'
import { allRows, differingRows } from './configRows.js'

const FIRST = { optim: { lr: 0.1, betas: [0.9, 0.999] }, seed: 1 }

test('where three configs differ, each with its own value', () => {
  expect(differingRows([FIRST, { ...FIRST, seed: 2 }, { optim: { lr: 0.2 }, seed: 1 }])).toEqual([
    { path: 'optim.betas', values: ['[0.9,0.999]', '[0.9,0.999]', null] },
    { path: 'optim.lr', values: ['0.1', '0.1', '0.2'] },
    { path: 'seed', values: ['1', '2', '1'] },
  ])
  expect(differingRows([FIRST, structuredClone(FIRST)])).toEqual([])
  expect(differingRows([])).toEqual([])
})

test('one config, value by value', () => {
  expect(allRows({ ...FIRST, list: [{ type: 'A' }], none: null })).toEqual([
    { path: 'optim.lr', values: ['0.1'] },
    { path: 'optim.betas', values: ['[0.9,0.999]'] },
    { path: 'seed', values: ['1'] },
    { path: 'list[0].type', values: ["'A'"] },
    { path: 'none', values: ['null'] },
  ])
})
