import { expect, test } from '@jest/globals'
import { type RowsPlan, rowsPlan } from './rowsPlan.js'

type Shape = readonly number[]
const x = [2, 3, 8]
const rows = [6, 8]
const keep = { keep_dims: { bool: true } }

const CASES: readonly [string, string, readonly Shape[], readonly Shape[], Shape, RowsPlan | undefined][] = [
  ['one value', 'Erf', [x], [rows], x, { inputs: [rows], output: rows }],
  ['a residual', 'AddV2', [x, x], [x, rows], x, { inputs: [rows, rows], output: rows }],
  ['a vector for the channels', 'Mul', [x, [8]], [rows, [8]], x, { inputs: [rows, undefined], output: rows }],
  ['a scalar', 'Mul', [[], x], [[], rows], x, { inputs: [undefined, rows], output: rows }],
  ['a number a row', 'Sub', [x, [2, 3, 1]], [rows, [6, 1]], x, { inputs: [rows, [6, 1]], output: rows }],
  ['the mean of a row', 'Mean', [x, [1]], [rows, [1]], [2, 3, 1], { inputs: [rows, 'axis'], output: [6, 1] }],
  ['the mean over more than a row', 'Mean', [x, [2]], [rows, [2]], [2, 1, 1], undefined],
  ['nothing that was rows', 'Erf', [x], [x], x, undefined],
  ['rows of another length', 'Erf', [x], [[12, 4]], x, undefined],
  ['a position for each sample', 'Add', [x, [1, 3, 8]], [rows, [1, 3, 8]], x, undefined],
  ['an op that mixes', 'Softmax', [x], [rows], x, undefined],
  ['two axes already', 'Erf', [rows], [rows], rows, undefined],
]

test.each(CASES)('%s', (_, op, shapes, sources, output, expected) => {
  const inputs = shapes.map((_, index) => `x${index}`)
  expect(rowsPlan({ name: 'y', op, inputs, attributes: op === 'Mean' ? keep : {} }, shapes, sources, output)).toEqual(expected)
})
