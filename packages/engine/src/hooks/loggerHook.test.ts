import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { useBackend } from '@tessera/runtime'
import type { RunState } from '../run/runState.js'
import { recordedRun } from '../testing/recordedRun.js'
import { tinyConfig, tinyOptions } from '../testing/tinyRun.js'
import { Hook } from './hook.js'

beforeAll(() => useBackend('auto'))

/** Each kind of line as parsers of MMEngine's logs know it: date, name, level, then where and what. */
const START = String.raw`^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d - \w+ - INFO - `
const NUMBER = String.raw`-?\d+\.\d{4}`
const TIMES = String.raw`eta: (?:\d+ days?, )?\d+:\d\d:\d\d {2}time: ${NUMBER} {2}data_time: ${NUMBER} {2}`
const LINES = {
  train: new RegExp(
    String.raw`${START}Epoch\(train\) +\[(\d+)\]\[ *(\d+)/\d+\] {2}lr: \d\.\d{4}e[+-]\d\d {2}${TIMES}(?:[\w/]+: ${NUMBER}(?: {2})?)+$`,
  ),
  iter: new RegExp(String.raw`${START}Iter\(train\) \[ *(\d+)/\d+\] {2}lr: \d\.\d{4}e[+-]\d\d {2}${TIMES}(?:[\w/]+: ${NUMBER}(?: {2})?)+$`),
  val: new RegExp(
    String.raw`${START}Epoch\(val\) \[(\d+)\]\[(\d+)/\2\] {4}(?:[\w/]+: ${NUMBER} {2})+data_time: ${NUMBER} {2}time: ${NUMBER}$`,
  ),
}

function logOf(state: RunState): string[] {
  return readFileSync(path.join(state.logDir, `${state.timestamp}.log`), 'utf8').split('\n')
}

function matching(state: RunState, pattern: RegExp): string[][] {
  return logOf(state).flatMap((line) => {
    const found = pattern.exec(line)
    return found === null ? [] : [found.slice(1)]
  })
}

describe('when a line is logged', () => {
  // 7 batches an epoch.
  test.each<[object, number[]]>([
    [{ interval: 3 }, [3, 6]],
    [{ interval: 3, ignore_last: false }, [3, 6, 7]],
    // A loader that is not longer than the interval has its last one in any case.
    [{ interval: 10 }, [7]],
    [{ interval: 7 }, [7]],
  ])('%j', async (logger, expected) => {
    const config = tinyConfig({ train_cfg: { by_epoch: true, max_epochs: 2 }, default_hooks: { logger, checkpoint: null } })
    const { state } = await recordedRun(config)
    const lines = matching(state, LINES.train)
    expect(lines).toEqual([1, 2].flatMap((epoch) => expected.map((iter) => [String(epoch), String(iter)])))
    expect(matching(state, LINES.val)).toEqual([
      ['1', '3'],
      ['2', '3'],
    ])
    // Nothing that looks like one of these lines is anything else.
    const looking = logOf(state).filter((line) => /- Epoch\((?:train|val)\).*(?:loss|accuracy)/.test(line))
    expect(looking).toHaveLength(lines.length + 2)
  })

  test('by iterations; the name of the experiment at its interval', async () => {
    const { state } = await recordedRun(
      tinyConfig({
        train_cfg: { by_epoch: false, max_iters: 12, val_interval: 50 },
        log_processor: { by_epoch: false },
        default_hooks: { logger: { interval: 4, interval_exp_name: 5 }, checkpoint: null },
      }),
    )
    expect(matching(state, LINES.iter)).toEqual([['4'], ['8'], ['12']])
    expect(logOf(state).filter((line) => line.includes('Exp name: '))).toHaveLength(3)
  })

  test('metrics at the epoch or at the iteration', async () => {
    const steps = async (log_metric_by_epoch: boolean) => {
      const { state } = await recordedRun(
        tinyConfig({ default_hooks: { logger: { interval: 50, log_metric_by_epoch }, checkpoint: null } }),
      )
      const lines = readFileSync(path.join(state.logDir, 'vis_data/scalars.json'), 'utf8').trim().split('\n')
      return lines.map((line) => JSON.parse(line)).flatMap((line) => (Object.hasOwn(line, 'accuracy/top1') ? [line.step] : []))
    }
    expect(await steps(true)).toEqual([1, 2, 3])
    expect(await steps(false)).toEqual([7, 14, 21])
  })
})

test('JSON lines as MMEngine writes them, in the same two files', async () => {
  const { state } = await recordedRun(tinyConfig({ default_hooks: { logger: { interval: 7 }, checkpoint: null } }))
  const [text, same] = ['scalars.json', `${state.timestamp}.json`].map((name) =>
    readFileSync(path.join(state.logDir, 'vis_data', name), 'utf8'),
  )
  expect(same).toBe(text)
  const lines = (text ?? '')
    .trim()
    .split('\n')
    .map((line) => Object.keys(JSON.parse(line)))
  expect(lines[0]).toEqual(['lr', 'data_time', 'grad_norm', 'loss', 'time', 'epoch', 'iter', 'step'])
  expect(lines[1]).toEqual(['accuracy/top1', 'data_time', 'time', 'step'])
})

describe('logs that are copied elsewhere', () => {
  const names = (folder: string) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.includes('.'))
      .sort()

  test.each([true, false])('keep_local %s', async (keep_local) => {
    const out_dir = mkdtempSync(path.join(tmpdir(), 'tessera-logs-'))
    const options = tinyOptions()
    const config = tinyConfig({
      default_hooks: { logger: { out_dir, keep_local, out_suffix: ['.log', 'scalars.json'] }, checkpoint: null },
    })
    const { state } = await recordedRun(config, options)
    const copied = path.join(out_dir, path.basename(options.workDir), state.timestamp)
    expect(names(copied)).toEqual([`${state.timestamp}.log`, 'vis_data/scalars.json'])
    // The outcome is in it: nothing is copied before the end.
    expect(readFileSync(path.join(copied, `${state.timestamp}.log`), 'utf8')).toContain('Done in ')
    expect(names(state.logDir).filter((name) => name.endsWith('.log')).length).toBe(keep_local ? 1 : 0)
  })
})

test('the hub says which loop is running', async () => {
  const stages: unknown[] = []
  class Peek extends Hook {
    override beforeTrainIter(run: RunState): void {
      if (run.progress.iter === 0) stages.push(run.hub.getInfo('loop_stage'))
    }
    override beforeValEpoch(run: RunState): void {
      if (run.progress.epoch === 1) stages.push(run.hub.getInfo('loop_stage'))
    }
    override beforeTrainEpoch(run: RunState): void {
      if (run.progress.epoch === 1) stages.push(run.hub.getInfo('loop_stage'))
    }
  }
  const { state } = await recordedRun(tinyConfig({ val_evaluator: [{ type: 'Accuracy' }, { type: 'ConfusionMatrix' }] }), tinyOptions(), {
    hooks: [new Peek()],
  })
  expect(stages).toEqual(['train', 'val', 'train'])
  expect(state.hub.hasInfo('loop_stage')).toBe(false)
  expect(state.hub.getInfo('cfg')).toContain('TinyModel')
  expect(state.hub.getInfo('val/confusion_matrix/result')).toHaveLength(3)
  expect(Object.keys(state.hub.stateDict().info)).not.toContain('cfg')
})
