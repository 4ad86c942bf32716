import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { checkComponents, type DataSample, EVALUATORS, LOOPS, type RunContainer } from '@tessera/core'
import { stateDictOf } from '@tessera/nn'
import { useBackend } from '@tessera/runtime'
import * as v from 'valibot'
import { readCheckpoint } from '../checkpoint/readCheckpoint.js'
import { Evaluator } from '../evaluation/evaluator.js'
import { Hook, type Metrics } from '../hooks/hook.js'
import type { TrainLoop, TrainLoopParts } from '../loops/loop.js'
import { trainIter } from '../loops/trainIter.js'
import { hooksOf, recordedRun } from '../testing/recordedRun.js'
import { tinyConfig, tinyOptions } from '../testing/tinyRun.js'
import { createRun } from './createRun.js'
import type { RunState } from './runState.js'

beforeAll(() => useBackend('auto'))

/** Notes after how many epochs (iterations) validation ran, and what it found. */
class Validations extends Hook {
  readonly at: number[] = []
  metrics: Metrics = {}
  override afterValEpoch(run: RunState, metrics: Metrics): void {
    this.at.push(run.progress.byEpoch ? run.progress.epoch : run.progress.iter)
    this.metrics = metrics
  }
}

describe('when to validate', () => {
  test.each([
    ['every epoch', { by_epoch: true, max_epochs: 5 }, [1, 2, 3, 4, 5]],
    ['begin and interval; the last always', { by_epoch: true, max_epochs: 5, val_begin: 2, val_interval: 2 }, [2, 4, 5]],
    ['dynamic intervals', { by_epoch: true, max_epochs: 6, val_interval: 3, dynamic_intervals: [[5, 1]] }, [3, 4, 5, 6]],
    ['by iterations', { by_epoch: false, max_iters: 11, val_interval: 4 }, [4, 8, 11]],
    ['by iterations, dynamic', { by_epoch: false, max_iters: 11, val_interval: 4, dynamic_intervals: [[8, 2]] }, [4, 8, 10, 11]],
  ])('%s', async (_, train_cfg, expected) => {
    const validations = new Validations()
    await recordedRun(tinyConfig({ train_cfg, default_hooks: { checkpoint: null } }), tinyOptions(), { hooks: [validations] })
    expect(validations.at).toEqual(expected)
  })

  test('a run that was stopped between an epoch and its validation validates before it goes on', async () => {
    const whole = new Validations()
    const first = await recordedRun(tinyConfig(), tinyOptions(), { hooks: [whole], stopAt: 7 })
    expect(whole.at).toEqual([])
    const resumed = new Validations()
    await recordedRun(tinyConfig({ resume: true }), tinyOptions(first.workDir), { hooks: [resumed] })
    expect(resumed.at).toEqual([1, 2, 3])
  })
})

describe('what validation measures', () => {
  test('the loss, by a key: the mean over all samples, whatever the batch size', async () => {
    const losses: number[] = []
    for (const batch_size of [4, 9]) {
      const options = tinyOptions()
      const config = tinyConfig({ val_cfg: { val_loss: true }, val_dataloader: { size: 9, batch_size } })
      const run = await createRun({ config }, options)
      const metrics = await run.val()
      run.dispose()
      expect(Object.keys(metrics)).toEqual(['accuracy/top1', 'val_loss'])
      losses.push(Number(metrics['val_loss']))
      expect(options.lines.join('\n')).toMatch(
        /Epoch\(val\) \[0\]\[\d\/\d\] {4}accuracy\/top1: \d+\.\d{4} {2}val_loss: \d\.\d{4} {2}data_time/,
      )
    }
    expect(losses[0]).toBeGreaterThan(0)
    expect(losses[0]).toBeCloseTo(losses[1] ?? 0, 5)
  })

  test('several data sets by name, each with its evaluator', async () => {
    const run = await createRun(
      {
        config: tinyConfig({
          val_dataloader: { type: 'DataLoaderDict', loaders: { few: { size: 3 }, many: { size: 30, shuffle: true } } },
          val_evaluator: {
            type: 'EvaluatorDict',
            evaluators: {
              few: { type: 'Accuracy', topk: [1, 2] },
              many: { type: 'Evaluator', metrics: [{ type: 'Accuracy' }], num_batches: 2 },
            },
          },
        }),
      },
      tinyOptions(),
    )
    let seen = 0
    class Counter extends Hook {
      override afterValIter(): void {
        seen++
      }
    }
    hooksOf(run).add(new Counter())
    const metrics = await run.val()
    run.dispose()
    expect(Object.keys(metrics)).toEqual(['few/accuracy/top1', 'few/accuracy/top2', 'many/accuracy/top1'])
    expect(seen).toBe(1 + 2)
  })

  test("an evaluator of the user's own adds to what its metrics say", async () => {
    class Counting extends Evaluator {
      private seen = 0
      override process(samples: readonly DataSample[]): void {
        this.seen += samples.length
        super.process(samples)
      }
      override evaluate(size: number): Record<string, unknown> {
        return { ...super.evaluate(size), seen: this.seen }
      }
    }
    EVALUATORS.registerModule({ name: 'CountingEvaluator', module: Counting, force: true })
    const val_evaluator = { type: 'CountingEvaluator', metrics: [{ type: 'Accuracy' }] }
    const run = await createRun({ config: tinyConfig({ val_evaluator }) }, tinyOptions())
    const metrics = await run.val()
    run.dispose()
    expect(Object.keys(metrics)).toEqual(['accuracy/top1', 'seen'])
    expect(metrics['seen']).toBeGreaterThan(0)
    expect(checkComponents({ val_evaluator })).toEqual([])
    const misspelt = { ...val_evaluator, num_batch: 1 }
    expect(checkComponents({ val_evaluator: misspelt })[0]?.message).toContain("Did you mean 'num_batches'?")
    await expect(recordedRun(tinyConfig({ val_evaluator: misspelt }))).rejects.toThrow("CountingEvaluator has no option 'num_batch'")
  })

  test('one evaluator serves all; save_best takes one of them', async () => {
    const { workDir } = await recordedRun(
      tinyConfig({
        val_dataloader: { type: 'DataLoaderDict', loaders: { a: { size: 6 }, b: { size: 9 } } },
        default_hooks: { checkpoint: { interval: 1, save_best: 'b/accuracy/top1' } },
      }),
    )
    expect(readdirSync(workDir).some((name) => name.startsWith('best_b_accuracy_top1_epoch_'))).toBe(true)
  })

  test('metrics on the training set, by a key, change nothing about training', async () => {
    const validations = new Validations()
    const plain = await recordedRun(tinyConfig())
    const measured = await recordedRun(tinyConfig({ train_evaluator: { type: 'Accuracy' } }), tinyOptions(), { hooks: [validations] })
    expect(Object.keys(validations.metrics)).toEqual(['accuracy/top1', 'train/accuracy/top1'])
    expect(measured.losses).toEqual(plain.losses)
  })

  test.each<[string, Record<string, unknown>, RegExp]>([
    [
      'loaders without names',
      { val_dataloader: { type: 'DataLoaderDict' } },
      /val_dataloader\.loaders: a DataLoaderDict needs loaders by name/,
    ],
    [
      'evaluators of other names',
      {
        val_dataloader: { type: 'DataLoaderDict', loaders: { clean: { size: 3 } } },
        val_evaluator: { type: 'EvaluatorDict', evaluators: { claen: { type: 'Accuracy' } } },
      },
      /an evaluator has no data set of its name.*'claen'.*'clean'/,
    ],
    [
      'evaluators by name for one loader',
      { val_evaluator: { type: 'EvaluatorDict', evaluators: {} } },
      /an EvaluatorDict needs a DataLoaderDict/,
    ],
    ['a misspelt option of the loop', { val_cfg: { val_los: true } }, /ValLoop has no option 'val_los'.*'val_loss'/],
  ])('%s', async (_, changes, message) => {
    await expect(recordedRun(tinyConfig(changes))).rejects.toThrow(message)
  })
})

describe('before training', () => {
  test('sanity_val_steps finds what would fail at the first validation, and leaves no trace', async () => {
    const broken = tinyConfig({
      val_evaluator: { type: 'Accuracy', topk: 8 },
      train_cfg: { by_epoch: true, max_epochs: 1, sanity_val_steps: 1 },
    })
    const options = tinyOptions()
    await expect(recordedRun(broken, options)).rejects.toThrow(/top-8 accuracy needs at least 8 classes/)
    expect(readdirSync(options.workDir).some((name) => name.startsWith('epoch_'))).toBe(false)
    const plain = await recordedRun(tinyConfig())
    const checked = await recordedRun(tinyConfig({ train_cfg: { by_epoch: true, max_epochs: 3, sanity_val_steps: 2 } }))
    expect(checked.losses).toEqual(plain.losses)
    expect(checked.state.hub.getScalar('val/accuracy/top1').length).toBe(3)
  })

  test.each([
    [{}, 0.05 * (4 / 8)],
    [{ accumulative_counts: 6 }, 0.05 * (24 / 8)],
  ])('auto_scale_lr counts accumulation: %j', async (more, expected) => {
    const rates: number[] = []
    class Rates extends Hook {
      override beforeTrain(run: RunState): void {
        rates.push(...(run.training.optimWrapper?.getLr()['lr'] ?? []))
      }
    }
    const config = tinyConfig({ optim_wrapper: { lr: 0.05, ...more }, auto_scale_lr: { enable: true, base_batch_size: 8 } })
    await recordedRun(config, tinyOptions(), { hooks: [new Rates()], stopAt: 1 })
    expect(rates[0]).toBeCloseTo(expected, 10)
  })
})

test('a loop of one’s own, by its registered name', async () => {
  /** Every batch twice. */
  class TwiceLoop implements TrainLoop {
    static readonly schema = v.strictObject({ batches: v.number() })
    constructor(
      private readonly options: { batches: number },
      private readonly parts: TrainLoopParts,
    ) {
      parts.run.progress.maxIters = options.batches * 2
    }
    async run(): Promise<void> {
      for await (const batch of this.parts.loader.batches(0)) {
        for (let time = 0; time < 2; time++) await trainIter(this.parts, this.parts.run.progress.iter, batch)
        if (this.parts.run.progress.iter === this.options.batches * 2) return
      }
    }
  }
  const options = tinyOptions()
  const prepare = (container: RunContainer) => {
    options.prepare?.(container)
    container.rebind(LOOPS, 'TwiceLoop', TwiceLoop)
  }
  const { losses } = await recordedRun(tinyConfig({ train_cfg: { type: 'TwiceLoop', batches: 3 } }), { ...options, prepare })
  expect([...losses.keys()]).toEqual([0, 1, 2, 3, 4, 5])
})

describe('a hook that throws', () => {
  class Throwing extends Hook {
    constructor(
      private readonly stage: string,
      private readonly at: number,
    ) {
      super()
    }
    private check(run: RunState, stage: string): void {
      if (stage === this.stage && run.progress.iter === this.at) throw new RangeError('out of ink')
    }
    override beforeTrainIter(run: RunState): void {
      this.check(run, 'beforeTrainIter')
    }
    override afterTrainIter(run: RunState): void {
      this.check(run, 'afterTrainIter')
    }
    override afterTrainEpoch(run: RunState): void {
      this.check(run, 'afterTrainEpoch')
    }
    override beforeValEpoch(run: RunState): void {
      this.check(run, 'beforeValEpoch')
    }
    override afterValIter(run: RunState): void {
      this.check(run, 'afterValIter')
    }
  }

  test.each([
    ['beforeTrainIter', 9, 'iter_9'],
    ['afterTrainIter', 9, 'iter_10'],
    // What the epoch's own checkpoint holds need not be saved twice.
    ['afterTrainEpoch', 14, 'epoch_2'],
    ['beforeValEpoch', 14, 'epoch_2'],
    ['afterValIter', 14, 'epoch_2'],
  ])('in %s is named, and the run goes on from %i as if nothing had happened', async (stage, at, saved) => {
    const changes = { custom_hooks: [{ type: 'EMAHook', momentum: 0.1 }] }
    const whole = await recordedRun(tinyConfig(changes))
    const options = tinyOptions()
    await expect(recordedRun(tinyConfig(changes), options, { hooks: [new Throwing(stage, at)] })).rejects.toMatchObject({
      code: 'HOOK_FAILED',
      message: `Throwing.${stage}: Throwing threw: out of ink`,
    })
    expect(existsSync(path.join(options.workDir, saved))).toBe(true)
    const resumed = await recordedRun(tinyConfig({ ...changes, resume: true }), tinyOptions(options.workDir))
    expect(resumed.weights).toEqual(whole.weights)
    expect(readCheckpoint(path.join(options.workDir, 'epoch_3')).ema).toEqual(readCheckpoint(path.join(whole.workDir, 'epoch_3')).ema)
  })

  test('before anything was trained leaves no checkpoint', async () => {
    const options = tinyOptions()
    await expect(recordedRun(tinyConfig(), options, { hooks: [new Throwing('beforeTrainIter', 0)] })).rejects.toThrow('out of ink')
    expect(readdirSync(options.workDir).filter((name) => /_\d+$/.test(name) && !/^\d/.test(name))).toEqual([])
  })
})

describe('evaluation with the average', () => {
  test('uses it, gives the trained weights back, and measures both when asked', async () => {
    const inside: number[][] = []
    class Peek extends Hook {
      override readonly priority = 'VERY_LOW'
      override beforeValEpoch(run: RunState): void {
        inside.push(Array.from(stateDictOf(run.model).get('head.bias')?.data ?? []))
      }
    }
    const plain = await recordedRun(tinyConfig())
    const hook = { type: 'EMAHook', momentum: 0.01, evaluate_on_origin: true }
    const averaged = await recordedRun(tinyConfig({ custom_hooks: [hook] }), tinyOptions(), { hooks: [new Peek()] })
    expect(averaged.weights).toEqual(plain.weights)
    const { ema, model } = readCheckpoint(path.join(averaged.workDir, 'epoch_3'))
    expect(inside[2]).toEqual(Array.from(ema?.state.get('head.bias')?.data ?? []))
    expect(inside[2]).not.toEqual(Array.from(model.get('head.bias')?.data ?? []))
    expect(averaged.state.hub.getScalar('val/accuracy/top1_origin').data().values).toEqual(
      plain.state.hub.getScalar('val/accuracy/top1').data().values,
    )
  })

  test('load_from a checkpoint with an average starts from the average', async () => {
    const hook = { type: 'EMAHook', momentum: 0.01 }
    const { workDir } = await recordedRun(tinyConfig({ custom_hooks: [hook] }))
    const run = await createRun({ config: tinyConfig({ load_from: path.join(workDir, 'epoch_3') }) }, tinyOptions())
    await run.val()
    const loaded = stateDictOf(run.state.model)
    run.dispose()
    expect([...loaded]).toEqual([...(readCheckpoint(path.join(workDir, 'epoch_3')).ema?.state ?? [])])
  })
})
