import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { TesseraError } from '@tessera/core'
import { tf, useBackend } from '@tessera/runtime'
import { Hook } from '../hooks/hook.js'
import { hooksOf, recordedRun } from '../testing/recordedRun.js'
import { type TinyConfig, temporaryWorkDir, tinyConfig, tinyOptions } from '../testing/tinyRun.js'
import { createRun } from './createRun.js'
import type { RunState } from './runState.js'
import { smokeRun } from './smokeRun.js'

beforeAll(() => useBackend('auto'))

describe('a run', () => {
  let trained: Awaited<ReturnType<typeof recordedRun>>
  beforeAll(async () => {
    trained = await recordedRun(tinyConfig({ default_hooks: { logger: { interval: 3 } } }))
  })

  test('learns, and says so', () => {
    const losses = [...trained.losses.values()]
    expect(losses).toHaveLength(21)
    expect(losses.slice(-5).reduce((a, b) => a + b) / 5).toBeLessThan((losses[0] ?? 0) * 0.8)
    expect(trained.result.metrics['accuracy/top1']).toBeGreaterThan(50)
    expect(trained.lines.at(-1)).toMatch(
      / - tessera - INFO - Done in 0:00:\d\d, 21 iterations: accuracy\/top1 \d+\.\d\d \(best \d+\.\d\d\)$/,
    )
  })

  test('writes MMEngine’s lines', () => {
    const text = trained.lines.map((line) => line.replace(/^\S+ \S+ - tessera - /, ''))
    expect(text.find((line) => line.includes('Epoch(train)'))).toMatch(
      /^INFO - Epoch\(train\) \[1\]\[3\/7\] {2}lr: 4\.\d{4}e-02 {2}eta: 0:00:\d\d {2}time: \d\.\d{4} {2}data_time: \d\.\d{4} {2}grad_norm: \d+\.\d{4} {2}loss: \d+\.\d{4}$/,
    )
    expect(text.find((line) => line.includes('Epoch(val)'))).toMatch(
      /^INFO - Epoch\(val\) \[1\]\[3\/3\] {4}eta: 0:00:00 {2}time: \d\.\d{4} {2}data_time: \d\.\d{4} {2}$/,
    )
    expect(text.find((line) => line.includes('accuracy/top1: '))).toMatch(
      /^INFO - Epoch\(val\) \[1\]\[3\/3\] {4}accuracy\/top1: \d+\.\d{4} {2}data_time: \d\.\d{4} {2}time: \d\.\d{4}$/,
    )
  })

  test('writes the output tree', () => {
    const { workDir, state } = trained
    expect(readdirSync(workDir).sort()).toEqual(
      [state.timestamp, 'curves.svg', 'epoch_1', 'epoch_2', 'epoch_3', 'last_checkpoint', 'report.html', 'report.json', 'tiny.json'].sort(),
    )
    expect(readdirSync(path.join(workDir, 'epoch_3')).sort()).toEqual(['model.safetensors', 'optimizer.safetensors', 'trainer.json'])
    expect(readFileSync(path.join(workDir, 'last_checkpoint'), 'utf8')).toBe(path.join(workDir, 'epoch_3'))
    const vis = path.join(state.logDir, 'vis_data')
    expect(readdirSync(vis).sort()).toEqual([`${state.timestamp}.json`, 'config.json', 'scalars.json'].sort())
    const rows = readFileSync(path.join(vis, 'scalars.json'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(rows).toHaveLength(9)
    expect(Object.keys(rows[0])).toEqual(['lr', 'data_time', 'grad_norm', 'loss', 'time', 'epoch', 'iter', 'step'])
    expect(rows[0]).toMatchObject({ epoch: 1, iter: 3, step: 3 })
    expect(Object.keys(rows[2])).toEqual(['accuracy/top1', 'data_time', 'time', 'step'])
    expect(rows[2].step).toBe(1)
    expect(readFileSync(path.join(workDir, 'curves.svg'), 'utf8')).toMatch(/^<svg[\s\S]*accuracy\/top1[\s\S]*<\/svg>\n$/)
  })

  test('with the same seed prints the same losses, with another others', async () => {
    expect((await recordedRun(tinyConfig())).losses).toEqual(trained.losses)
    expect((await recordedRun(tinyConfig({ randomness: { seed: 8 } }))).losses).not.toEqual(trained.losses)
  })

  test('resumed at an epoch’s end goes on to bit-equal losses and weights', async () => {
    const first = await recordedRun(tinyConfig({ train_cfg: { by_epoch: true, max_epochs: 1 } }))
    const second = await recordedRun(tinyConfig({ resume: true }), tinyOptions(first.workDir))
    expect([...second.losses.keys()]).toEqual(Array.from({ length: 14 }, (_, index) => index + 7))
    for (const [iter, loss] of second.losses) expect(loss).toBe(trained.losses.get(iter))
    expect(second.weights).toEqual(trained.weights)
    // The history came along: the curve begins where the first run began.
    expect(second.state.hub.getScalar('train/loss').length).toBe(21)
  })

  test.each([1, 4, 7, 10, 14, 20])('stopped after iteration %i and resumed, it is as if it had not been', async (stopAt) => {
    const first = await recordedRun(tinyConfig(), tinyOptions(), { stopAt })
    expect(first.result.interrupted).toBe(true)
    expect(existsSync(path.join(first.workDir, `iter_${stopAt}`))).toBe(true)
    const second = await recordedRun(tinyConfig({ resume: true, randomness: {} }), tinyOptions(first.workDir))
    expect(new Map([...first.losses, ...second.losses])).toEqual(trained.losses)
    expect(second.weights).toEqual(trained.weights)
  })

  test('by iterations: the loader starts over, and a resumed run is bit-equal', async () => {
    const changes = {
      train_cfg: { by_epoch: false, max_iters: 17, val_interval: 6 },
      default_hooks: { checkpoint: { by_epoch: false, interval: 5, max_keep_ckpts: 2, save_best: 'auto' } },
      log_processor: { by_epoch: false },
    }
    const whole = await recordedRun(tinyConfig(changes))
    expect(whole.losses.size).toBe(17)
    expect(
      readdirSync(whole.workDir)
        .filter((name) => name.startsWith('iter_'))
        .sort(),
    ).toEqual(['iter_15', 'iter_17'])
    expect(whole.lines.join('\n')).toMatch(/Iter\(train\) \[10\/17\] {2}lr/)
    for (const stopAt of [3, 7, 12]) {
      const first = await recordedRun(tinyConfig(changes), tinyOptions(), { stopAt })
      const second = await recordedRun(tinyConfig({ ...changes, resume: true }), tinyOptions(first.workDir))
      expect(new Map([...first.losses, ...second.losses])).toEqual(whole.losses)
      expect(second.weights).toEqual(whole.weights)
    }
  })

  test('history, best score and kept numbers go on as if the run had not been stopped', async () => {
    // Validation lies between two saves: what it finds must not carry later iterations into the earlier save.
    const changes = { default_hooks: { checkpoint: { by_epoch: false, interval: 4, save_best: 'auto', max_keep_ckpts: 5 } } }
    const whole = await recordedRun(tinyConfig(changes))
    const { cpSync, rmSync } = await import('node:fs')
    for (const from of [12, 20]) {
      const workDir = temporaryWorkDir()
      cpSync(whole.workDir, workDir, { recursive: true })
      for (const iter of [12, 16, 20, 21]) if (iter > from) rmSync(path.join(workDir, `iter_${iter}`), { recursive: true, force: true })
      // The copy must not be resumed from the original, to which its last_checkpoint still points.
      writeFileSync(path.join(workDir, 'last_checkpoint'), path.join(whole.workDir, `iter_${from}`))
      const resumed = await recordedRun(tinyConfig({ ...changes, resume: true }), tinyOptions(workDir))
      expect(resumed.lines.join('\n')).toContain(path.join(workDir, `iter_${from}`))
      expect([...resumed.losses.keys()][0]).toBe(from)
      for (const key of ['train/loss', 'train/lr', 'val/accuracy/top1', 'validated_at']) {
        expect(resumed.state.hub.getScalar(key).data()).toEqual(whole.state.hub.getScalar(key).data())
      }
      for (const key of ['best_score', 'keep_ckpt_ids']) expect(resumed.state.hub.getInfo(key)).toEqual(whole.state.hub.getInfo(key))
    }
  })

  test('keeps the best model and the last few', async () => {
    const { workDir, state } = await recordedRun(
      tinyConfig({ default_hooks: { checkpoint: { interval: 1, max_keep_ckpts: 1, save_best: 'auto' } } }),
    )
    const names = readdirSync(workDir).filter((name) => name.includes('epoch_'))
    expect(names.filter((name) => name.startsWith('epoch_'))).toEqual(['epoch_3'])
    expect(names.filter((name) => name.startsWith('best_'))).toEqual([expect.stringMatching(/^best_accuracy_top1_epoch_\d$/)])
    expect(existsSync(path.join(workDir, names.find((name) => name.startsWith('best_')) ?? '', 'optimizer.safetensors'))).toBe(false)
    expect(typeof state.hub.getInfo('best_score')).toBe('number')
  })

  test('load_from takes weights only', async () => {
    const options = tinyOptions()
    const run = await createRun({ config: tinyConfig({ load_from: path.join(trained.workDir, 'epoch_3') }) }, options)
    const metrics = await run.val()
    run.dispose()
    expect(metrics['accuracy/top1']).toBe(trained.result.metrics['accuracy/top1'])
  })

  test('--smoke does everything and leaves nothing', async () => {
    const config = tinyConfig({ test_dataloader: { size: 9 }, test_cfg: {}, test_evaluator: [{ type: 'Accuracy', topk: [1, 2] }] })
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('tessera-smoke-')).length
    const { prepare } = tinyOptions()
    const report = await smokeRun({ config }, 2, prepare === undefined ? {} : { prepare })
    expect(report).toMatchObject({ steps: 2, tensors: 4 })
    expect(Object.keys(report.metrics)).toEqual(expect.arrayContaining(['accuracy/top1', 'accuracy/top2']))
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('tessera-smoke-'))).toHaveLength(before)
  })
})

describe('memory', () => {
  test('the tensor count after iteration 2 and 200 is the same, and dispose gives all back', async () => {
    const before = tf.memory().numTensors
    const counts = new Map<number, number>()
    const run = await createRun(
      { config: tinyConfig({ train_cfg: { by_epoch: true, max_epochs: 29 }, default_hooks: { checkpoint: { interval: 10 } } }) },
      tinyOptions(),
    )
    class Counter extends Hook {
      override afterTrainIter(state: RunState): void {
        counts.set(state.progress.iter + 1, tf.memory().numTensors)
      }
    }
    hooksOf(run).add(new Counter())
    await run.train()
    expect(counts.get(200)).toBe(counts.get(2))
    run.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe('bad input', () => {
  const errorOf = async (config: TinyConfig, options = tinyOptions()): Promise<TesseraError> => {
    try {
      await recordedRun(config, options)
    } catch (error) {
      if (error instanceof TesseraError) return error
      throw error
    }
    throw new Error('nothing was thrown')
  }

  test('a work dir that cannot be written, before anything starts', async () => {
    const file = path.join(temporaryWorkDir(), 'file')
    writeFileSync(file, '')
    const error = await errorOf(tinyConfig(), tinyOptions(path.join(file, 'work')))
    expect(error.code).toBe('WORK_DIR')
    expect(error.message).toContain(path.join(file, 'work'))
  })

  test('a work dir where a folder exists and takes nothing', async () => {
    // Node's own recursive mkdir never comes back from there.
    const error = await errorOf(tinyConfig(), tinyOptions('/proc/tessera/work'))
    expect(error.code).toBe('WORK_DIR')
  })

  test('NaN loss names the iteration, the loss and the learning rate; the last checkpoint is whole', async () => {
    const options = tinyOptions()
    const error = await errorOf(tinyConfig({ model: { type: 'TinyModel', poison_at: 9 } }), options)
    expect(error.code).toBe('NOT_FINITE')
    expect(error.message).toMatch(
      /^(?:loss|grad_norm): training cannot go on: iteration 9, learning rate 0\.0\d+; got NaN, expected a finite number/,
    )
    expect(readdirSync(options.workDir).filter((name) => /epoch|tmp|trash/.test(name))).toEqual(['epoch_1'])
    expect(tf.memory().numTensors).toBeLessThan(20)
  })

  test.each<[string, TinyConfig, string, RegExp]>([
    ['half a triplet', { val_cfg: undefined }, 'INVALID_CONFIG', /^val_cfg: val_dataloader, val_cfg, val_evaluator come together/],
    ['a misspelt hook', { custom_hooks: [{ type: 'LogerHook' }] }, 'UNKNOWN_TYPE', /Did you mean 'LoggerHook'/],
    [
      'a misspelt option',
      { default_hooks: { checkpoint: { intervall: 1 } } },
      'INVALID_OPTIONS',
      /CheckpointHook has no option 'intervall'.*'interval'/,
    ],
    [
      'by_epoch and type',
      { train_cfg: { by_epoch: true, type: 'EpochBasedTrainLoop', max_epochs: 1 } },
      'INVALID_CONFIG',
      /either 'type' or 'by_epoch'/,
    ],
    ['a misspelt metric', { val_evaluator: { type: 'Acuracy' } }, 'UNKNOWN_TYPE', /'Accuracy'/],
    ['save_best of nothing', { default_hooks: { checkpoint: { save_best: 'f1' } } }, 'INVALID_OPTIONS', /whether more or less.*'f1'/],
    ['an unknown priority', { custom_hooks: [{ type: 'IterTimerHook', priority: 'HIGHST' }] }, 'INVALID_OPTIONS', /'HIGHEST'/],
    ['a checkpoint that is not there', { load_from: '/nowhere/epoch_1' }, 'CHECKPOINT_NOT_FOUND', /\/nowhere\/epoch_1/],
    [
      'nothing to train',
      { train_dataloader: null, train_cfg: null, optim_wrapper: null, param_scheduler: null },
      'INVALID_CONFIG',
      /does not say how to train/,
    ],
  ])('%s', async (_, changes, code, message) => {
    const error = await errorOf(tinyConfig(changes))
    expect(error.message).toMatch(message)
    expect(error.code).toBe(code)
  })

  test('a checkpoint of another model names the first parameter that does not fit', async () => {
    const { workDir } = await recordedRun(tinyConfig({ train_cfg: { by_epoch: true, max_epochs: 1 } }))
    const error = await errorOf(tinyConfig({ model: { type: 'TinyModel', width: 5 }, load_from: path.join(workDir, 'epoch_1') }))
    expect(error.code).toBe('CHECKPOINT_INVALID')
    expect(error.message).toMatch(/epoch_1: hidden\.weight: the checkpoint belongs to another model: .*got \[8,4\], expected \[5,4\]/)
  })

  test('a damaged checkpoint is named, and auto resume falls back to the one before', async () => {
    const { workDir } = await recordedRun(tinyConfig({ train_cfg: { by_epoch: true, max_epochs: 2 } }))
    const file = path.join(workDir, 'epoch_2', 'model.safetensors')
    const bytes = readFileSync(file)
    bytes[bytes.length - 3] = (bytes[bytes.length - 3] ?? 0) ^ 4
    writeFileSync(file, bytes)
    const explicit = await errorOf(tinyConfig({ resume: true, load_from: path.join(workDir, 'epoch_2') }))
    expect(explicit.message).toContain(`${file}: the file has changed since it was saved`)
    const resumed = await recordedRun(tinyConfig({ resume: true }), tinyOptions(workDir))
    expect([...resumed.losses.keys()][0]).toBe(7)
    expect(resumed.lines.join('\n')).toMatch(/WARNING - passed over.*epoch_2\/model\.safetensors/)
  })

  test('a resumed run says what is otherwise than its config or its checkpoint says', async () => {
    const { workDir } = await recordedRun(tinyConfig({ train_cfg: { by_epoch: true, max_epochs: 1 } }))
    const { lines, losses } = await recordedRun(
      tinyConfig({ train_cfg: { by_epoch: true, max_epochs: 1 }, optim_wrapper: { lr: 7 }, resume: true }),
      tinyOptions(workDir),
    )
    const said = lines.join('\n')
    expect(said).toMatch(/INFO - The config has changed since the checkpoint: .*optim_wrapper\.lr 0\.05 → 7/)
    expect(said).toMatch(/WARNING - The optimizer goes on as in the checkpoint: lr \S+ \(the config has 7\)/)
    expect(said).toMatch(/WARNING - Nothing is left to train: the checkpoint is at iteration 7/)
    expect(losses.size).toBe(0)
    const other = await errorOf(tinyConfig({ model: { type: 'TinyModel', width: 5 }, resume: true }), tinyOptions(workDir))
    expect(other.message).toMatch(/epoch_1: hidden\.weight: the run cannot go on from it: .*\. Without resume, load_from takes the weights/)
  })

  test('what a killed save left is cleared; a finished one is taken over', async () => {
    const { workDir } = await recordedRun(tinyConfig({ train_cfg: { by_epoch: true, max_epochs: 2 } }))
    const { renameSync } = await import('node:fs')
    renameSync(path.join(workDir, 'epoch_2'), path.join(workDir, 'epoch_2.tmp-999999999-1-0123abcd'))
    mkdirSync(path.join(workDir, 'epoch_3.tmp-999999999-1-0123abcd'))
    const resumed = await recordedRun(tinyConfig({ resume: true }), tinyOptions(workDir))
    expect([...resumed.losses.keys()][0]).toBe(14)
    expect(readdirSync(workDir).filter((name) => name.includes('tmp'))).toEqual([])
  })
})

afterAll(() => expect(tf.memory().numTensors).toBeLessThan(50))
