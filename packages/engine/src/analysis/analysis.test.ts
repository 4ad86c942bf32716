import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { enginePlugin } from '../plugin.js'
import { confusionChart, confusionText } from './confusionChart.js'
import { evaluateResults, readResults, writeResults } from './dumpedResults.js'
import { readJsonLog } from './jsonLog.js'
import { logCurves } from './logCurves.js'
import { trainTimeText } from './trainTime.js'

expect(enginePlugin.length).toBeGreaterThan(0)
const folder = mkdtempSync(path.join(tmpdir(), 'tessera-analysis-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function file(name: string, text: string): string {
  const place = path.join(folder, name)
  mkdirSync(path.dirname(place), { recursive: true })
  writeFileSync(place, text)
  return place
}

/** Two epochs of 20 iterations, a line every 10; times 9, 1 and 5, 3. */
const LOG = [
  '{"lr":0.1,"loss":2,"time":9,"epoch":1,"iter":10,"step":10}',
  '{"lr":0.1,"loss":1,"time":1,"epoch":1,"iter":20,"step":20}',
  '{"accuracy/top1":50,"time":0.5,"step":1}',
  '{"lr":0.1,"loss":NaN,"time":5,"epoch":2,"iter":30,"step":30}',
  '{"lr":0.1,"loss":0.5,"time":3,"epoch":2,"iter":40,"step":40}',
  '{"accuracy/top1":75,"time":0.5,"step":2}',
].join('\n')

describe('a JSON log', () => {
  test.each([
    ['by its file', 'one.json', 'one.json'],
    ['by the folder of a run', 'run/vis_data/scalars.json', 'run'],
    ['by the work dir: the newest run', 'work/20260102_030405/vis_data/scalars.json', 'work'],
  ])('%s', (_, written, place) => {
    if (place === 'work') file('work/20250102_030405/vis_data/scalars.json', '{"step":1}\n')
    file(written, `${LOG}\n`)
    const { train, val } = readJsonLog(path.join(folder, place))
    expect([train.map(({ step }) => step), val.map(({ step }) => step)]).toEqual([
      [10, 20, 30, 40],
      [1, 2],
    ])
  })

  test('of a run that goes on: a line that is not whole yet is left out; one in the middle is an error', () => {
    expect(readJsonLog(file('cut.json', `${LOG}\n{"lr":0.1,"lo`)).train).toHaveLength(4)
    expect(() => readJsonLog(file('broken.json', `{"lr":\n${LOG}`))).toThrow(/broken\.json:1: not a line of a JSON log/)
    expect(() => readJsonLog(path.join(folder, 'nowhere'))).toThrow(/no such log/)
  })
})

describe('time an iteration, in the words of MMPreTrain', () => {
  const log = () => readJsonLog(file('time.json', LOG))
  // Its numbers: first lines left out, means 1 and 3, their deviation 1; all lines (9 + 1 + 5 + 3) / 4.
  test('without what warming up cost', () => {
    expect(trainTimeText(log()).split('\n').slice(1)).toEqual([
      'slowest epoch 2, average time is 3.0000',
      'fastest epoch 1, average time is 1.0000',
      'time std over epochs is 1.0000',
      'average iter time: 4.5000 s/iter',
      '',
      '',
    ])
  })
  test('with it', () => expect(trainTimeText(log(), { includeOutliers: true })).toContain('slowest epoch 1, average time is 5.0000'))
  test('by iterations', () => {
    const text = trainTimeText(readJsonLog(file('iters.json', '{"lr":1,"time":2,"step":1}\n{"lr":1,"time":4,"step":2}')))
    expect(text.split('\n').slice(1)).toEqual(['average iter time: 3.0000 s/iter', '', ''])
  })
})

describe('curves of logs', () => {
  const log = () => readJsonLog(file('a.log.json', LOG))

  test('training over epochs, validation over its steps, one after the other by log', () => {
    const { series, xLabel } = logCurves([log(), log()], ['loss', 'accuracy/top1'])
    expect(xLabel).toBe('Epochs / Steps')
    expect(series.map(({ name }) => name)).toEqual(['a_loss', 'a_accuracy/top1', 'a_loss', 'a_accuracy/top1'])
    expect(series[0]?.points).toEqual([
      { x: 0.5, y: 2 },
      { x: 1, y: 1 },
      { x: 1.5, y: Number.NaN },
      { x: 2, y: 0.5 },
    ])
    expect(series[1]?.points).toEqual([
      { x: 1, y: 50 },
      { x: 2, y: 75 },
    ])
  })

  test('a key that is not there, a legend that is too short', () => {
    expect(() => logCurves([log()], ['los'])).toThrow(/has no numbers of this name.*'loss'/)
    expect(() => logCurves([log()], ['loss'], ['a', 'b'])).toThrow(/a legend names each key of each log/)
    expect(logCurves([log()], ['loss'], ['mine']).series[0]?.name).toBe('mine')
  })
})

describe('dumped predictions', () => {
  const sample = (label: number, scores: readonly number[]) => ({
    metainfo: { img_path: `${label}.png` },
    gt_label: [label],
    pred_label: [scores.indexOf(Math.max(...scores))],
    pred_score: Float32Array.from(scores),
  })
  const samples = [sample(0, [0.5, 0.25, 0.25]), sample(1, [0.5, 0.375, 0.125]), sample(2, [0.25, 0.5, 0.25])]

  test('come back as they were, and are measured without a model', () => {
    const place = path.join(folder, 'results.json')
    writeResults(place, samples, ['a', 'b', 'c'])
    const results = readResults(place)
    expect(results).toEqual({ classes: ['a', 'b', 'c'], samples })
    const metrics = evaluateResults(results, [{ type: 'Accuracy', topk: [1, 2] }, { type: 'ConfusionMatrix' }])
    expect(metrics['accuracy/top1']).toBeCloseTo(100 / 3, 4)
    expect(metrics['accuracy/top2']).toBeCloseTo(200 / 3, 4)
    expect(metrics['confusion_matrix/result']).toEqual([
      [1, 0, 0],
      [1, 0, 0],
      [0, 1, 0],
    ])
  })

  test.each([
    ['something else', '{"format":"x"}', /not predictions that DumpResults wrote/],
    ['no JSON', 'x', /not predictions that DumpResults wrote/],
  ])('%s is refused', (_, text, message) => expect(() => readResults(file('wrong.json', text))).toThrow(message))
})

test('a confusion matrix as a picture and as text', () => {
  const matrix = [
    [8, 2],
    [0, 0],
  ]
  const svg = confusionChart(matrix, { classes: ['<cat>', 'dog'], includeValues: true })
  expect(svg).toContain('fill-opacity="0.800"')
  expect(svg).toContain('label &#60;cat&#62;, predicted dog: 2 (20.0 %)')
  expect(svg).not.toMatch(/<cat>|NaN/)
  expect(confusionText(matrix, ['cat', 'dog']).split('\n').slice(0, 3)).toEqual(['label  cat  dog', 'cat      8    2', 'dog      0    0'])
})
