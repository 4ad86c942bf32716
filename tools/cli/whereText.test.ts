import { expect, test } from '@jest/globals'
import { whereText } from './whereText.js'

test('every source, the last one marked', () => {
  const settings = [
    { source: 'base.ts:3', value: 1 },
    { source: 'run.ts', value: undefined },
    { source: 'overrides', value: [2] },
  ]
  expect(whereText('a.b', settings, {})).toBe('a.b\n  1  base.ts:3\n  taken away  run.ts\n→ [2]  overrides\n')
})

test('a key that nobody sets, with the nearest that somebody does', () => {
  expect(whereText('model.lrr', [], { model: { lr: 1 } })).toBe(
    "model.lrr: no file and no override sets it; the default of its component holds. Did you mean 'model.lr'?\n",
  )
})

test('a key that was taken away', () => {
  const settings = [
    { source: 'base.ts', value: 1 },
    { source: 'run.ts', value: undefined },
  ]
  expect(whereText('a', settings, {})).toBe('a: run.ts takes it away; the default of its component holds\n')
})
