import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { useBackend } from '@tessera/runtime'
import { Hook } from '../hooks/hook.js'
import type { RunState } from '../run/runState.js'
import { recordedRun } from '../testing/recordedRun.js'
import { tinyConfig, tinyOptions } from '../testing/tinyRun.js'
import type { Report } from './report.js'
import { reportHtml } from './reportHtml.js'
import { bestOf } from './runReport.js'
import { ValidationSamples } from './validationSamples.js'

beforeAll(() => useBackend('auto'))

const read = (workDir: string): Report => JSON.parse(readFileSync(path.join(workDir, 'report.json'), 'utf8'))

describe('the report of a run', () => {
  test('has its numbers, for people and for programs, and is there after the first validation', async () => {
    const status: string[] = []
    class Peek extends Hook {
      override beforeTrainEpoch(run: RunState): void {
        status.push(
          existsSync(path.join(run.workDir, 'report.json'))
            ? `${read(run.workDir).status} ${read(run.workDir).validations.length}`
            : 'none',
        )
      }
    }
    const { workDir, state } = await recordedRun(tinyConfig({ val_cfg: { val_loss: true } }), tinyOptions(), { hooks: [new Peek()] })
    expect(status).toEqual(['none', 'running 1', 'running 2'])
    const report = read(workDir)
    expect(report).toMatchObject({
      format: 'tessera-report',
      version: 1,
      status: 'finished',
      run_id: state.runId,
      progress: { epoch: 3, max_epochs: 3, iter: 21, max_iters: 21 },
      model: { type: 'TinyModel', parameters: 4 * 8 + 8 + 8 * 3 + 3 },
      classes: ['a', 'b', 'c'],
      config: { randomness: { seed: 7 } },
    })
    const found = state.hub.getScalar('val/accuracy/top1').data().values
    expect(report.validations.map(({ epoch, iter, metrics }) => [epoch, iter, metrics['accuracy/top1']])).toEqual(
      found.map((value, index) => [index + 1, (index + 1) * 7, value]),
    )
    expect(report.best['accuracy/top1']?.value).toBe(Math.max(...found))
    expect(report.best['val_loss']?.value).toBe(Math.min(...state.hub.getScalar('val/val_loss').data().values))
    expect(report.confusion?.flat().reduce((a, b) => a + b, 0)).toBe(9)
    expect(report.samples).toHaveLength(8)
    const loss = report.curves.find(({ name }) => name === 'loss')
    expect(loss?.points.map(({ y }) => y)).toEqual(state.hub.getScalar('train/loss').data().values)

    const html = readFileSync(path.join(workDir, 'report.html'), 'utf8')
    for (const value of found) expect(html).toContain(`>${value.toFixed(value >= 100 ? 1 : 2)}<`)
    // Nothing from elsewhere, nothing that runs.
    expect(html.replaceAll(/data:image\/png;base64,[A-Za-z0-9+/=]+/g, '')).not.toMatch(/<script|<link|@import|url\(|src="(?!")|https?:\/\//)
    expect(readdirSync(workDir).filter((name) => name.includes('.tmp-'))).toEqual([])
  })

  test('of a resumed run that gives a metric no more: its old values stay with their validations', async () => {
    const first = await recordedRun(
      tinyConfig({ val_cfg: { val_loss: true }, train_cfg: { by_epoch: true, max_epochs: 2 } }),
      tinyOptions(),
    )
    await recordedRun(tinyConfig({ resume: true, train_cfg: { by_epoch: true, max_epochs: 4 } }), tinyOptions(first.workDir))
    const { validations, curves } = read(first.workDir)
    expect(validations.map(({ epoch, metrics }) => [epoch, 'val_loss' in metrics, 'accuracy/top1' in metrics])).toEqual([
      [1, true, true],
      [2, true, true],
      [3, false, true],
      [4, false, true],
    ])
    expect(curves.find(({ name }) => name === 'val_loss')?.points.map(({ x }) => x)).toEqual([1, 2])
  })

  test('says how the run ended', async () => {
    const stopped = await recordedRun(tinyConfig(), tinyOptions(), { stopAt: 9 })
    expect(read(stopped.workDir)).toMatchObject({ status: 'stopped', progress: { epoch: 1, iter: 9 } })
    const options = tinyOptions()
    await expect(recordedRun(tinyConfig({ model: { type: 'TinyModel', poison_at: 9 } }), options)).rejects.toThrow()
    expect(read(options.workDir)).toMatchObject({ status: 'failed', error: expect.stringMatching(/NaN|finite|number/i) })
    expect(readFileSync(path.join(options.workDir, 'report.html'), 'utf8')).toContain('class="error"')
  })

  test('that cannot be written is one warning', async () => {
    const options = tinyOptions()
    mkdirSync(path.join(options.workDir, 'report.json'))
    writeFileSync(path.join(options.workDir, 'report.json/full'), '')
    const { lines, state } = await recordedRun(tinyConfig(), options)
    expect(lines.filter((line) => line.includes('The report cannot be written'))).toHaveLength(1)
    expect(state.progress.epoch).toBe(3)
  })
})

test('what the best is, by the metric’s name', () => {
  const rows = [
    { epoch: 1, iter: 10, metrics: { 'accuracy/top1': 50, val_loss: 2, strange: 1 } },
    { epoch: 2, iter: 20, metrics: { 'accuracy/top1': 70, val_loss: Number.NaN, strange: 2 } },
    { epoch: 3, iter: 30, metrics: { 'accuracy/top1': 70, val_loss: 1.5, strange: 3 } },
  ]
  expect(bestOf(rows)).toEqual({ 'accuracy/top1': { value: 70, iter: 20 }, val_loss: { value: 1.5, iter: 30 } })
})

describe('samples of a validation', () => {
  const image = { data: Uint8Array.of(10, 20, 30), height: 1, width: 1, channels: 3 }
  const sample = (gt: number, scores: readonly number[]) => ({ metainfo: {}, gt_label: [gt], pred_score: Float32Array.from(scores) })

  test('first ones, surest mistakes first, and who was taken for whom', async () => {
    const samples = new ValidationSamples(['cat', 'dog'])
    samples.add(image, sample(0, [0.9, 0.1]))
    samples.add(image, sample(0, [0.4, 0.6]))
    for (let index = 0; index < 10; index++) samples.add(image, sample(1, [0.75, 0.25]))
    samples.add(image, sample(0, [0.25, 0.75]))
    samples.add(undefined, sample(1, [0.125, 0.875]))
    expect(samples.confusion).toEqual([
      [1, 2],
      [10, 1],
    ])
    const drawn = await samples.pictures()
    expect(drawn.samples.map(({ correct }) => correct)).toEqual([true, false, ...Array.from({ length: 6 }, () => false)])
    expect(drawn.mistakes).toHaveLength(8)
    expect(drawn.mistakes.every(({ caption }) => caption[1]?.endsWith('(0.75)'))).toBe(true)
    expect(drawn.mistakes[0]?.picture).toMatch(/^data:image\/png;base64,iVBOR/)
  })

  test('several labels an image are no mistake, and no confusion', () => {
    const samples = new ValidationSamples(['a', 'b'])
    samples.add(image, { metainfo: {}, gt_label: [0, 1], pred_label: [0] })
    expect(samples.confusion).toBeUndefined()
  })
})

test('text of strangers stays text', () => {
  const evil = '"><img src=x onerror=alert(1)>'
  const report: Report = {
    format: 'tessera-report',
    version: 1,
    experiment: evil,
    run_id: evil,
    status: 'failed',
    error: evil,
    started: '',
    updated: '',
    seconds: 1,
    work_dir: evil,
    log_dir: evil,
    progress: { epoch: 1, max_epochs: 1, iter: 1, max_iters: 1 },
    environment: { [evil]: evil },
    model: { type: evil, parameters: 1 },
    validations: [{ epoch: 1, iter: 1, metrics: { [evil]: 1 } }],
    best: {},
    curves: [{ name: evil, kind: 'metric', unit: 'epoch', points: [{ x: 1, y: 1 }] }],
    classes: [evil],
    confusion: [[1]],
    samples: [{ picture: evil, caption: [evil], correct: true }],
    mistakes: [],
    config: { [evil]: evil },
  }
  expect(reportHtml(report)).not.toContain('<img src=x')
})
