import { expect, test } from '@jest/globals'
import { ScalarTable } from './scalarTable.js'

const BY_EPOCH = { byEpoch: true, epochLength: 10 }

function tableOf(rows: readonly (object | string)[], shape: { byEpoch: boolean; epochLength?: number } = BY_EPOCH): ScalarTable {
  const table = new ScalarTable()
  for (const row of rows) table.addLine(typeof row === 'string' ? row : JSON.stringify(row), shape)
  return table
}

test('training and validation on common axes', () => {
  const table = tableOf([
    { loss: 2, time: 0.5, epoch: 1, iter: 5, step: 5 },
    { loss: 1, time: 0.25, epoch: 1, iter: 9, step: 9 },
    { 'accuracy/top1': 50, step: 1 },
    { loss: 0.5, time: 1, epoch: 2, iter: 15, step: 15 },
  ])
  expect(table.points('train/loss', 'iter')).toEqual({ x: [5, 9, 15], y: [2, 1, 0.5] })
  expect(table.points('train/loss', 'epoch')?.x).toEqual([0.5, 0.9, 1.5])
  expect(table.points('train/loss', 'time')?.x).toEqual([2.5, 3.5, 9.5])
  expect(table.points('val/accuracy/top1', 'iter')).toEqual({ x: [10], y: [50] })
  expect(table.points('val/accuracy/top1', 'epoch')?.x).toEqual([1])
  expect(table.points('val/accuracy/top1', 'time')?.x).toEqual([3.5])
  expect(table.points('train/nothing', 'iter')).toBeUndefined()
  expect([table.iter, table.epoch]).toEqual([15, 2])
})

test('a run by iterations validates at iterations', () => {
  const table = tableOf(
    [
      { loss: 2, iter: 5, step: 5 },
      { acc: 50, step: 8 },
    ],
    { byEpoch: false },
  )
  expect(table.points('val/acc', 'iter')).toEqual({ x: [8], y: [50] })
})

test('without the length of an epoch, validation stands where training was', () => {
  const table = tableOf(
    [
      { loss: 2, iter: 7, epoch: 1, step: 7 },
      { acc: 50, step: 1 },
      { acc: 60, step: 2 },
    ],
    { byEpoch: true },
  )
  expect(table.points('val/acc', 'iter')).toEqual({ x: [7, 7], y: [50, 60] })
})

test("what is not finite is a gap, in Python's spelling too; what is no row is counted", () => {
  const table = tableOf([
    '{"loss": NaN, "iter": 1, "step": 1}',
    '{"loss": null, "iter": 2, "step": 2}',
    '{"loss": -Infinity, "iter": 3, "step": 3}',
    '[1]',
    'x',
    '7',
    '',
  ])
  expect(table.points('train/loss', 'iter')).toEqual({ x: [1, 2, 3], y: [null, null, null] })
  expect(table.unreadable).toBe(3)
})

test('a run that was wound back: the later lines count', () => {
  const table = tableOf([1, 2, 3, 2].map((iter, at) => ({ loss: at, iter, step: iter })))
  expect(table.points('train/loss', 'iter')).toEqual({ x: [1, 2], y: [0, 3] })
})

test('names of every kind are names', () => {
  const table = tableOf(['{"__proto__": 1, "constructor": 2, "toString": 3, "iter": 1, "step": 1}'])
  expect(table.tags().map(({ name }) => name)).toEqual(expect.arrayContaining(['constructor', 'toString']))
  expect(table.points('train/constructor', 'iter')?.y).toEqual([2])
})

test('last, lowest and highest', () => {
  expect(tableOf([3, 1, 2].map((loss, at) => ({ loss, iter: at, step: at }))).tags()).toEqual([
    { key: 'train/loss', mode: 'train', name: 'loss', points: 3, last: 2, low: 1, high: 3 },
  ])
})
