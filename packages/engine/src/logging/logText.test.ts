import { describe, expect, test } from '@jest/globals'
import { epochLine, iterHeader, iterLine, type LogPosition } from './logText.js'
import { durationText, exponentText, fixedText, timestampOf } from './numberText.js'

const at = (changes: Partial<LogPosition> = {}): LogPosition => ({
  mode: 'train',
  byEpoch: true,
  batch: 10,
  length: 130,
  epoch: 1,
  maxEpochs: 5,
  iter: 10,
  maxIters: 650,
  ...changes,
})

describe('log lines, as MMEngine writes them', () => {
  test.each<[Partial<LogPosition>, string]>([
    [{}, 'Epoch(train) [1][ 10/130]  '],
    [{ maxEpochs: 300 }, 'Epoch(train)   [1][ 10/130]  '],
    [{ epoch: 300, maxEpochs: 300 }, 'Epoch(train) [300][ 10/130]  '],
    [{ mode: 'val', epoch: 3 }, 'Epoch(val) [3][ 10/130]  '],
    [{ mode: 'val', epoch: 0, maxEpochs: undefined }, 'Epoch(val)[0][ 10/130]  '],
    [{ mode: 'test' }, 'Epoch(test) [ 10/130]  '],
    [{ byEpoch: false, iter: 20, maxIters: 4000 }, 'Iter(train) [  20/4000]  '],
    [{ byEpoch: false, mode: 'val' }, 'Iter(val) [ 10/130]  '],
    [{ byEpoch: false, mode: 'test', batch: 130 }, 'Iter(test) [130/130]  '],
  ])('header %o', (changes, expected) => expect(iterHeader(at(changes))).toBe(expected))

  const scalars = new Map([
    ['base_lr', 1e-3],
    ['lr', 2.5e-4],
    ['data_time', 0.00123],
    ['grad_norm', 3.24159],
    ['loss', 2.40259],
    ['time', 0.12344],
    ['acc', 50],
  ])

  test('training', () => {
    expect(iterLine(at(), scalars, 3725.9, 4)).toBe(
      'Epoch(train) [1][ 10/130]  base_lr: 1.0000e-03 lr: 2.5000e-04  eta: 1:02:05  time: 0.1234  data_time: 0.0012  grad_norm: 3.2416  loss: 2.4026  acc: 50.0000',
    )
  })

  test('without a timer the times are scalars like others', () => {
    expect(
      iterLine(
        at(),
        new Map([
          ['lr', 1],
          ['time', 2],
          ['loss', 3],
        ]),
        undefined,
        2,
      ),
    ).toBe('Epoch(train) [1][ 10/130]  lr: 1.00e+00  time: 2.00  loss: 3.00')
  })

  test('inside validation only times', () => {
    expect(
      iterLine(
        at({ mode: 'val' }),
        new Map([
          ['data_time', 0.5],
          ['time', 1],
          ['accuracy/top1', 9],
        ]),
        2,
        4,
      ),
    ).toBe('Epoch(val) [1][ 10/130]    eta: 0:00:02  time: 1.0000  data_time: 0.5000  ')
  })

  test.each<[Partial<LogPosition>, string]>([
    [{ mode: 'val' }, 'Epoch(val) [1][130/130]    accuracy/top1: 97.0700  confusion: [[1]]  data_time: 0.0100  time: 0.0200'],
    [{ mode: 'test' }, 'Epoch(test) [130/130]    accuracy/top1: 97.0700  confusion: [[1]]  data_time: 0.0100  time: 0.0200'],
    [{ mode: 'val', byEpoch: false }, 'Iter(val) [130/130]    accuracy/top1: 97.0700  confusion: [[1]]  data_time: 0.0100  time: 0.0200'],
  ])('after an evaluation %o', (changes, expected) => {
    const measured = new Map([
      ['data_time', 0.01],
      ['time', 0.02],
      ['accuracy/top1', 97.07],
    ])
    expect(epochLine(at(changes), measured, new Map([['confusion', [[1]]]]), 4)).toBe(expected)
  })
})

describe('numbers as Python prints them', () => {
  test.each([
    [1e-3, 4, '1.0000e-03'],
    [0, 4, '0.0000e+00'],
    [1.5e-123, 2, '1.50e-123'],
    [12345, 1, '1.2e+04'],
    [Number.NaN, 4, 'nan'],
  ])('%d with %d digits: %s', (value, digits, expected) => expect(exponentText(value, digits)).toBe(expected))
  test.each([
    [97.07, 4, '97.0700'],
    [-0.00004, 4, '-0.0000'],
    [Number.NEGATIVE_INFINITY, 4, '-inf'],
    [1e22, 1, '10000000000000000000000.0'],
  ])('%d fixed to %d: %s', (value, digits, expected) => expect(fixedText(value, digits)).toBe(expected))
  test.each([
    [0, '0:00:00'],
    [59.9, '0:00:59'],
    [3600, '1:00:00'],
    [86_400 + 61, '1 day, 0:01:01'],
    [3 * 86_400, '3 days, 0:00:00'],
  ])('%d s: %s', (seconds, expected) => expect(durationText(seconds)).toBe(expected))
  test('timestamp', () => expect(timestampOf(new Date(2026, 0, 2, 3, 4, 5))).toBe('20260102_030405'))
})
