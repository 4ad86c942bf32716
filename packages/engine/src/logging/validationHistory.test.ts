import { expect, test } from '@jest/globals'
import { MessageHub } from './messageHub.js'
import { iterationsOf, noteValidation, VALIDATED_AT } from './validationHistory.js'

test('a metric that came later, and one that came no more, keep their places', () => {
  const hub = new MessageHub()
  noteValidation(hub, 10, ['gone', 'stays'])
  noteValidation(hub, 20, ['gone', 'stays'])
  noteValidation(hub, 30, ['stays', 'late'])
  expect(iterationsOf(hub, 'gone', 2)).toEqual([10, 20])
  expect(iterationsOf(hub, 'stays', 3)).toEqual([10, 20, 30])
  expect(iterationsOf(hub, 'late', 1)).toEqual([30])
})

test('a checkpoint that says only when validation ran: its values are of the validations before the first known', () => {
  const hub = new MessageHub()
  for (const iter of [10, 20]) hub.updateScalar(VALIDATED_AT, iter)
  expect(iterationsOf(hub, 'a', 2)).toEqual([10, 20])
  noteValidation(hub, 30, ['a'])
  noteValidation(hub, 40, ['a'])
  expect(iterationsOf(hub, 'a', 4)).toEqual([10, 20, 30, 40])
  expect(iterationsOf(hub, 'a', 3)).toEqual([20, 30, 40])
  expect(iterationsOf(hub, 'unknown', 1)).toEqual([40])
})
