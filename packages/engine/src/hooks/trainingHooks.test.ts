import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { stateDictOf } from '@tessera/nn'
import { useBackend } from '@tessera/runtime'
import { estimateBytes } from '../checkpoint/freeSpace.js'
import { readCheckpoint } from '../checkpoint/readCheckpoint.js'
import { createRun } from '../run/createRun.js'
import type { RunState } from '../run/runState.js'
import { recordedRun } from '../testing/recordedRun.js'
import { tinyConfig, tinyOptions } from '../testing/tinyRun.js'
import { classCounts } from './classNumCheckHook.js'
import { nextState, type StoppingRule, type StoppingState } from './earlyStoppingHook.js'
import { matcher } from './freezeHook.js'
import { Hook } from './hook.js'

beforeAll(() => useBackend('auto'))

describe('EarlyStoppingHook', () => {
  const base: StoppingRule = { rule: 'greater', min_delta: 1, check_finite: true, patience: 2 }
  test.each<[string, number[], Partial<StoppingRule>, number | undefined]>([
    ['improving', [1, 3, 5, 7], {}, undefined],
    ['too little, twice', [1, 1.5, 1.9], {}, 2],
    ['a pause alone', [1, 1.5, 3, 3.5, 5], {}, undefined],
    // What improves by exactly min_delta has improved, as in MMEngine.
    ['exactly min_delta', [1, 2, 3], {}, undefined],
    ['less is better', [5, 4.5, 4.2], { rule: 'less' }, 2],
    ['less is better and falls', [5, 3, 1], { rule: 'less' }, undefined],
    ['NaN at once', [1, Number.NaN], {}, 1],
    ['NaN allowed', [1, Number.NaN], { check_finite: false }, undefined],
    ['the threshold', [1, 9], { stopping_threshold: 8 }, 1],
  ])('%s', (_, values, changes, stopsAt) => {
    let state: StoppingState = { waited: 0, best: undefined }
    const stops = values.map((value) => {
      const next = nextState(state, value, { ...base, ...changes })
      state = next.state
      return next.reason !== undefined
    })
    expect(stops.indexOf(true)).toBe(stopsAt ?? -1)
  })

  const stopping = (patience: number) => ({
    train_cfg: { by_epoch: true, max_epochs: 9 },
    custom_hooks: [{ type: 'EarlyStoppingHook', monitor: 'accuracy/top1', min_delta: 200, patience }],
  })

  test('ends the run; resumed it knows why, and a larger patience lets it count on', async () => {
    const first = await recordedRun(tinyConfig(stopping(2)))
    expect(first.state.progress.epoch).toBe(3)
    expect(first.lines.join('\n')).toMatch(/stopped early: of accuracy\/top1, it did not improve in the last 2 validations/)
    const again = await recordedRun(tinyConfig({ ...stopping(2), resume: true }), tinyOptions(first.workDir))
    expect(again.losses.size).toBe(0)
    expect(again.lines.join('\n')).toContain('Training was stopped early here')
    const more = await recordedRun(tinyConfig({ ...stopping(4), resume: true }), tinyOptions(first.workDir))
    expect(more.state.progress.epoch).toBe(5)
  })

  test('a metric that does not exist is a warning, or with strict an error', async () => {
    const hook = { type: 'EarlyStoppingHook', monitor: 'top9' }
    const { lines, state } = await recordedRun(tinyConfig({ custom_hooks: [hook] }))
    expect(state.progress.epoch).toBe(3)
    expect(lines.join('\n')).toContain("validation gives no number 'top9' (it gives accuracy/top1)")
    await expect(recordedRun(tinyConfig({ custom_hooks: [{ ...hook, strict: true }] }))).rejects.toThrow(
      /got 'top9', expected accuracy\/top1/,
    )
    await expect(recordedRun(tinyConfig({ custom_hooks: [{ type: 'EarlyStoppingHook', monitor: 'f1' }] }))).rejects.toThrow(
      /whether more or less/,
    )
  })
})

describe('FreezeHook', () => {
  test.each([
    ['hidden', 'hidden', true],
    ['hidden', 'hidden.weight', false],
    ['hidden.*', 'hidden.weight', true],
    ['*.weight', 'hidden.weight', true],
    ['*', 'hidden.weight', false],
    ['**', 'a.b.c', true],
    ['backbone.**.bias', 'backbone.layers.0.attn.bias', true],
    ['backbone.**.bias', 'backbone.bias', true],
    ['layers.1*', 'layers.12', true],
    ['layers.*b*d', 'layers.abcd', true],
    ['layers.*bc*cd', 'layers.abcd', false],
    ['a.b', 'axb', false],
  ])('%s names %s: %p', (pattern, name, expected) => expect(matcher(pattern)(name)).toBe(expected))

  /** The weights of a parameter after each iteration. */
  class Watch extends Hook {
    readonly seen: string[] = []
    constructor(private readonly name: string) {
      super()
    }
    override afterTrainIter(run: RunState): void {
      this.seen.push(String(stateDictOf(run.model).get(this.name)?.data))
    }
  }

  test('freezes from begin to end, resumed as well', async () => {
    const hook = { type: 'FreezeHook', patterns: 'hidden', begin: 1, end: 2 }
    const watch = new Watch('hidden.weight')
    const whole = await recordedRun(tinyConfig({ custom_hooks: [hook] }), tinyOptions(), { hooks: [watch] })
    const moved = watch.seen.map((values, index) => index > 0 && values !== watch.seen[index - 1])
    expect(moved.slice(1, 7)).not.toContain(false)
    expect(moved.slice(7, 14)).not.toContain(true)
    expect(moved.slice(14)).not.toContain(false)
    const first = await recordedRun(tinyConfig({ custom_hooks: [hook] }), tinyOptions(), { stopAt: 10 })
    const second = await recordedRun(tinyConfig({ custom_hooks: [hook], resume: true }), tinyOptions(first.workDir))
    expect(second.weights).toEqual(whole.weights)
  })

  test('by iterations, a single parameter', async () => {
    const hook = { type: 'FreezeHook', patterns: ['*.bias'], begin: 0, end: 3, by_epoch: false }
    const watch = new Watch('head.bias')
    await recordedRun(tinyConfig({ custom_hooks: [hook] }), tinyOptions(), { hooks: [watch], stopAt: 6 })
    expect(new Set(watch.seen.slice(0, 3)).size).toBe(1)
    expect(new Set(watch.seen.slice(2)).size).toBe(4)
  })

  test('a name that nothing has', async () => {
    await expect(recordedRun(tinyConfig({ custom_hooks: [{ type: 'FreezeHook', patterns: 'hiden' }] }))).rejects.toThrow(
      /'hiden'.*'hidden'/,
    )
    await expect(recordedRun(tinyConfig({ custom_hooks: [{ type: 'FreezeHook', patterns: '*', begin: 2, end: 2 }] }))).rejects.toThrow(
      /more than begin \(2\)/,
    )
  })
})

describe('ClassNumCheckHook', () => {
  test('finds every num_classes', () => {
    const model = { type: 'A', head: { num_classes: 4, heads: [{ num_classes: 5 }] }, backbone: { num_classes: -1 } }
    expect(classCounts(model, 'model')).toEqual([
      { path: 'model.head.num_classes', count: 4 },
      { path: 'model.head.heads[0].num_classes', count: 5 },
    ])
  })
  test('compares it with the data set', async () => {
    const hooks = { custom_hooks: [{ type: 'ClassNumCheckHook' }] }
    // The top-level preprocessor's stands for the model's here; the tiny data set has three classes.
    const run = async (num_classes: number) =>
      recordedRun(tinyConfig({ ...hooks, data_preprocessor: { num_classes } }), tinyOptions(), { stopAt: 1 })
    await expect(run(10)).rejects.toThrow(/data_preprocessor\.num_classes: .*TinyDataset.*got 10, expected 3, as train_dataloader has/)
    await run(3)
  })
})

describe('ParamSchedulerHook', () => {
  test('what a metric did to the rates is in the checkpoint of that epoch', async () => {
    const changes = { param_scheduler: [{ type: 'TinyPlateau', monitor: 'accuracy/top1' }] }
    const whole = await recordedRun(tinyConfig(changes))
    expect(Number(readCheckpoint(path.join(whole.workDir, 'epoch_3')).optimizer?.json['lr'])).toBeLessThan(0.05)
    const first = await recordedRun(tinyConfig({ ...changes, train_cfg: { by_epoch: true, max_epochs: 2 } }))
    const second = await recordedRun(tinyConfig({ ...changes, resume: true }), tinyOptions(first.workDir))
    expect(second.weights).toEqual(whole.weights)
  })

  test('on_optimizer_step leaves out the iterations that only accumulate', async () => {
    const rates: number[] = []
    class Rates extends Hook {
      override afterTrainEpoch(run: RunState): void {
        rates.push(run.training.optimWrapper?.getLr()['lr']?.[0] ?? Number.NaN)
      }
    }
    const changes = {
      optim_wrapper: { lr: 0.05, accumulative_counts: 3 },
      param_scheduler: { type: 'TinyDecay', by_epoch: false },
      default_hooks: { param_scheduler: { on_optimizer_step: true } },
    }
    await recordedRun(tinyConfig(changes), tinyOptions(), { hooks: [new Rates()] })
    expect(rates[2]).toBeCloseTo(0.05 * 0.97 ** 7, 10)
  })
})

describe('CheckpointHook', () => {
  test('publishes the last and the best, smaller and named by their hash', async () => {
    const { workDir } = await recordedRun(
      tinyConfig({
        custom_hooks: [{ type: 'EMAHook', momentum: 0.1 }],
        default_hooks: { checkpoint: { interval: 1, save_best: 'accuracy/top1', published_keys: ['meta', 'state_dict'] } },
      }),
    )
    const published = readdirSync(workDir).filter((name) => /-[0-9a-f]{8}$/.test(name))
    expect(published.map((name) => name.replace(/\d+-[0-9a-f]+$/, ''))).toEqual(['best_accuracy_top1_epoch_', 'epoch_'])
    const last = path.join(workDir, published[1] ?? '')
    expect(readdirSync(last).sort()).toEqual(['model.safetensors', 'trainer.json'])
    // What is published is what to use: the average.
    const content = readCheckpoint(last)
    expect([...content.model]).toEqual([...(readCheckpoint(path.join(workDir, 'epoch_3')).ema?.state ?? [])])
    expect(content.meta.config).toMatchObject({ model: { type: 'TinyModel' } })
    expect(content.message_hub).toEqual({ scalars: {}, info: {} })
  })

  test('a save that fails once is made up for; what it was to replace stays', async () => {
    const options = tinyOptions()
    const run = await createRun(
      { config: tinyConfig({ default_hooks: { checkpoint: { interval: 1, max_keep_ckpts: 1 } } }), file: 'tiny.ts' },
      options,
    )
    const { save } = run.state.checkpoints
    run.state.checkpoints.save = async function (state, name, more) {
      if (state.progress.epoch === 1) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
      return save.call(this, state, name, more)
    }
    await run.train()
    run.dispose()
    expect(options.lines.join('\n')).toMatch(/WARNING - The checkpoint could not be saved at iteration \d+ \(ENOSPC/)
    expect(readdirSync(options.workDir).filter((name) => name.startsWith('epoch_'))).toEqual(['epoch_3'])
  })

  test('that the best model found room makes up for no checkpoint', async () => {
    const options = tinyOptions()
    const config = tinyConfig({ default_hooks: { checkpoint: { interval: 1, save_best: 'accuracy/top1', rule: 'less' } } })
    const run = await createRun({ config, file: 'tiny.ts' }, options)
    const { save } = run.state.checkpoints
    run.state.checkpoints.save = async function (state, name, more) {
      if (!name.startsWith('best_')) throw Object.assign(new Error('ENOSPC: no room'), { code: 'ENOSPC' })
      return save.call(this, state, name, more)
    }
    await expect(run.train()).rejects.toThrow(/the checkpoint could not be saved at iteration 14, nor the time before/)
    run.dispose()
    expect(readdirSync(options.workDir).filter((name) => name.startsWith('best_'))).toHaveLength(1)
  })

  test('two failures in a row end the run, with the last good checkpoint whole', async () => {
    const options = tinyOptions()
    const run = await createRun({ config: tinyConfig(), file: 'tiny.ts' }, options)
    const { save } = run.state.checkpoints
    run.state.checkpoints.save = async function (state, name, more) {
      if (state.progress.epoch >= 1) throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' })
      return save.call(this, state, name, more)
    }
    await expect(run.train()).rejects.toThrow(/nor the time before \(EIO: i\/o error\)\. Make room/)
    run.dispose()
    expect(options.lines.join('\n')).toContain('its state could not be saved: EIO')
    expect(readCheckpoint(path.join(options.workDir, 'epoch_1')).meta.iter).toBe(7)
    expect(readFileSync(path.join(options.workDir, 'last_checkpoint'), 'utf8')).toBe(path.join(options.workDir, 'epoch_1'))
  })

  test('how large a checkpoint will be', () => {
    expect(estimateBytes(1000, { optimizer: true, ema: true })).toBe(16_000)
    expect(estimateBytes(1000, { optimizer: false, ema: false })).toBe(4000)
  })
})
