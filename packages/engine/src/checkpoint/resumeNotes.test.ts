import { describe, expect, test } from '@jest/globals'
import { newProgress } from '../run/runState.js'
import { configNote, datasetNote, type GroupOptions, lengthNote, optimizerNote } from './resumeNotes.js'

describe('what a resumed run does otherwise than its config or its checkpoint says', () => {
  class Named {}
  test.each([
    ['nothing', { a: 1, b: [Number.NaN] }, { a: 1, b: [Number.NaN] }, undefined],
    ['no config was saved', null, { a: 1 }, undefined],
    ['places are no change', { work_dir: 'a', resume: false }, { work_dir: 'b', resume: true }, undefined],
    ['a class is its name', { type: 'Named' }, { type: Named, absent: undefined }, undefined],
    ['values', { lr: 0.1, gone: 'x' }, { lr: 1, new: [2] }, "lr 0.1 → 1, gone 'x' → undefined, new undefined → [2]"],
    ['the constructor of a config', { constructor: 'A' }, { constructor: 'B' }, "constructor 'A' → 'B'"],
  ])('%s', (_, saved, now, said) => {
    expect(configNote(saved, now)).toBe(said && `The config has changed since the checkpoint: ${said}.`)
  })

  test('of many changes the first are told', () => {
    const many = (value: number): object => Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`k${index}`, value]))
    expect(configNote(many(1), many(2))).toMatch(/k7 1 → 2, 12 more\.$/)
  })

  const scheduled = { lr: 0.03, initial_lr: 0.1, betas: [0.9, 0.999] }
  test.each<[string, GroupOptions, GroupOptions, string | undefined]>([
    ['rates that schedulers write', [scheduled], [{ ...scheduled, lr: 0.07 }], undefined],
    ['what they start from', [scheduled], [{ ...scheduled, initial_lr: 0.2 }], 'lr 0.2 (the config has 0.1)'],
    ['rates without a scheduler', [{ lr: 1 }], [{ lr: 2 }], 'lr 2 (the config has 1)'],
    ['of several groups the last', [{ lr: 1 }, { lr: 10 }], [{ lr: 2 }, { lr: 20 }], 'lr 20 (the config has 10)'],
    [
      'betas',
      [scheduled],
      [{ ...scheduled, betas: [0.8, 0.99] }],
      'betas[0] 0.8 (the config has 0.9), betas[1] 0.99 (the config has 0.999)',
    ],
    ['scheduled betas', [{ betas: [0.9], initial_momentum: 0.9 }], [{ betas: [0.8], initial_momentum: 0.9 }], undefined],
    ['cycled betas', [{ betas: [0.9], max_momentum: 0.9 }], [{ betas: [0.8], max_momentum: 0.9 }], undefined],
  ])('the optimizer: %s', (_, configured, resumed, said) => {
    const note = optimizerNote(configured, resumed)
    if (said === undefined) expect(note).toBeUndefined()
    else expect(note).toContain(`as in the checkpoint: ${said}. `)
  })

  test.each([
    ['the same', { classes: ['a', 'b'] }, { classes: ['a', 'b'] }, undefined],
    ['another order', { classes: ['a', 'b'] }, { classes: ['b', 'a'] }, /classes\[0\] 'a' → 'b', classes\[1\] 'b' → 'a'/],
    ['none', undefined, { classes: ['a'] }, undefined],
  ])('the data: %s', (_, saved, now, said) => {
    if (said === undefined) expect(datasetNote(saved, now)).toBeUndefined()
    else expect(datasetNote(saved, now)).toMatch(said)
  })

  test('nothing left to train', () => {
    const ended = { ...newProgress(), iter: 21, maxIters: 21, maxEpochs: 3 }
    expect(lengthNote({ ...ended, iter: 20 })).toBeUndefined()
    expect(lengthNote(ended)).toMatch(/at iteration 21, .* A larger max_epochs \(now 3\) goes on/)
    expect(lengthNote({ ...ended, byEpoch: false })).toMatch(/A larger max_iters goes on/)
  })
})
