import { describe, expect, test } from '@jest/globals'
import { TesseraError } from '@tessera/core'
import type { RunState } from '../run/runState.js'
import { newProgress } from '../run/runState.js'
import { everyNEpochs, everyNInnerIters, everyNTrainIters, isLastTrainEpoch, isLastTrainIter } from './every.js'
import { Hook } from './hook.js'
import { HookList } from './hookList.js'
import { inferRule, isBetter } from './metricRule.js'
import { priorityValue } from './priority.js'
import { HOOK_STAGES, triggeredStages } from './stages.js'

// No stage under test reads it.
const RUN = {} as RunState

describe('priorities', () => {
  test.each([
    ['HIGHEST', 0],
    ['normal', 50],
    ['LOWEST', 100],
    [37, 37],
  ])('%p is %d', (priority, value) => expect(priorityValue(priority)).toBe(value))
  test.each([[101], [-1], [1.5], ['HIGHST'], [null]])('%p is none', (priority) =>
    expect(() => priorityValue(priority)).toThrow(/not a priority/),
  )
})

describe('HookList', () => {
  const calls: string[] = []
  class Named extends Hook {
    constructor(
      readonly name: string,
      override readonly priority: number,
    ) {
      super()
    }
    override beforeRun(): void {
      calls.push(this.name)
    }
  }

  test('runs in order of priority, equal ones as registered', async () => {
    const hooks = new HookList()
    for (const [name, priority] of [
      ['c', 50],
      ['d', 50],
      ['a', 0],
      ['e', 90],
    ] as const)
      hooks.add(new Named(name, priority))
    hooks.add(new Named('b', 99), 10)
    await hooks.call('beforeRun', RUN)
    expect(calls).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(hooks.describe()).toContain('beforeRun:\n(0   ) Named')
  })

  test('waits for an asynchronous stage', async () => {
    const order: string[] = []
    class Slow extends Hook {
      override async afterRun(): Promise<void> {
        await new Promise((resolve) => setTimeout(resolve, 5))
        order.push('slow')
      }
    }
    class Fast extends Hook {
      override afterRun(): void {
        order.push('fast')
      }
    }
    const hooks = new HookList()
    hooks.add(new Slow())
    hooks.add(new Fast())
    await hooks.call('afterRun', RUN)
    expect(order).toEqual(['slow', 'fast'])
  })

  test('a hook that throws is named with its stage; our own errors pass', async () => {
    class Broken extends Hook {
      override beforeTrainIter(): void {
        throw new TypeError('x is not a function')
      }
      override beforeRun(): void {
        throw new TesseraError('NOT_FINITE', { what: 'stop' })
      }
    }
    const hooks = new HookList()
    hooks.add(new Broken())
    await expect(hooks.call('beforeTrainIter', RUN, 0, { inputs: [], data_samples: [] })).rejects.toMatchObject({
      code: 'HOOK_FAILED',
      message: 'Broken.beforeTrainIter: Broken threw: x is not a function',
    })
    await expect(hooks.call('beforeRun', RUN)).rejects.toMatchObject({ code: 'NOT_FINITE' })
  })
})

describe('stages', () => {
  test('there are 22, and all exist', () => {
    expect(HOOK_STAGES).toHaveLength(22)
    for (const stage of HOOK_STAGES) expect(typeof Reflect.get(Hook.prototype, stage)).toBe('function')
  })
  test('the form for all modes stands for three', () => {
    class Timer extends Hook {
      protected override afterIter(): void {}
      override afterRun(): void {}
    }
    expect(triggeredStages(new Timer())).toEqual(['afterTrainIter', 'afterValIter', 'afterTestIter', 'afterRun'])
    class Idle extends Hook {}
    expect(triggeredStages(new Idle())).toEqual([])
  })
})

describe('every n', () => {
  const at = (epoch: number, iter: number) => ({ ...newProgress(), epoch, iter, maxEpochs: 4, maxIters: 40 })
  test.each([
    [0, 1, 0, true],
    [0, 2, 0, false],
    [1, 2, 0, true],
    [1, 2, 3, false],
    [2, 2, 3, true],
    [3, 2, 3, false],
    [4, 2, 3, true],
    [0, -1, 0, false],
  ])('epoch index %d, n %d, start %d: %p', (epoch, n, start, expected) => {
    expect(everyNEpochs(at(epoch, 0), n, start)).toBe(expected)
    expect(everyNTrainIters(at(0, epoch), n, start)).toBe(expected)
  })
  test('within a loader, and the last', () => {
    expect([0, 1, 2, 3].map((index) => everyNInnerIters(index, 2))).toEqual([false, true, false, true])
    expect([isLastTrainEpoch(at(3, 0)), isLastTrainEpoch(at(2, 0)), isLastTrainIter(at(0, 39)), isLastTrainIter(at(0, 38))]).toEqual([
      true,
      false,
      true,
      false,
    ])
  })
})

describe('rules of save_best', () => {
  test.each([
    ['accuracy/top1', 'greater'],
    ['coco/bbox_mAP', 'greater'],
    ['AUC', 'greater'],
    ['val_loss', 'less'],
    ['loss', 'less'],
  ])('%s: %s', (name, expected) => expect(inferRule(name, 'x')).toBe(expected))
  test('an unknown name needs a rule', () => expect(() => inferRule('f1', 'a.b')).toThrow("Set rule to 'greater' or 'less'"))
  test('keys of the config', () =>
    expect([inferRule('f1', 'x', { greaterKeys: ['f1'] }), inferRule('error', 'x', { greaterKeys: [], lessKeys: ['err'] })]).toEqual([
      'greater',
      'less',
    ]))
  test.each<[number, number | undefined, 'greater' | 'less', boolean]>([
    [1, undefined, 'greater', true],
    [1, 1, 'greater', false],
    [2, 1, 'greater', true],
    [2, 1, 'less', false],
    [Number.NaN, undefined, 'less', false],
  ])('%d against %p, %s: %p', (value, best, rule, expected) => expect(isBetter(value, best, rule)).toBe(expected))
})
