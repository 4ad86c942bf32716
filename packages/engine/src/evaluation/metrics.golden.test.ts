import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { type DataSample, METRICS, RunContainer } from '@tessera/core'
import '../plugin.js'
import { BaseMetric } from './baseMetric.js'
import { Evaluator } from './evaluator.js'

interface Case {
  kind: 'single' | 'multi' | 'voc'
  use: 'score' | 'label'
  cfg: { type: string } & Record<string, unknown>
  metrics?: Record<string, unknown>
  error?: { type: string; message: string }
}

interface Golden {
  num_samples: number
  num_classes: number
  scores: number[][]
  targets: number[]
  pred_labels: number[]
  multi_scores: number[][]
  multi_targets: number[][]
  voc_targets: number[][]
  cases: Case[]
}

const golden: Golden = JSON.parse(
  gunzipSync(readFileSync(new URL('../../test-data/metrics.json.gz', import.meta.url))).toString(),
  (_, value) => (typeof value === 'object' && value !== null && '__tuple__' in value ? value.__tuple__ : value),
)

function indicesOf(row: readonly number[], wanted: number): number[] {
  return row.flatMap((value, index) => (value === wanted ? [index] : []))
}

function sampleAt(index: number, { kind, use }: Case): DataSample {
  const metainfo = { sample_idx: index }
  if (kind === 'single') {
    const gt_label = [golden.targets[index] ?? -1]
    return use === 'score'
      ? { metainfo, gt_label, pred_score: Float32Array.from(golden.scores[index] ?? []) }
      : { metainfo, gt_label, pred_label: [golden.pred_labels[index] ?? -1] }
  }
  const pred_score = Float32Array.from(golden.multi_scores[index] ?? [])
  if (kind === 'voc') {
    const row = golden.voc_targets[index] ?? []
    return { metainfo, pred_score, gt_label: indicesOf(row, 1), gt_label_difficult: indicesOf(row, -1) }
  }
  const row = golden.multi_targets[index] ?? []
  return use === 'score'
    ? { metainfo, pred_score, gt_score: Float32Array.from(row) }
    : { metainfo, pred_score, gt_label: indicesOf(row, 1) }
}

function evaluate(one: Case): Record<string, unknown> {
  const metric = new RunContainer().build(METRICS, one.cfg)
  if (!(metric instanceof BaseMetric)) throw new Error('not a metric')
  const evaluator = new Evaluator({}, [metric])
  const all = Array.from({ length: golden.num_samples }, (_, index) => sampleAt(index, one))
  for (let at = 0; at < all.length; at += 9) evaluator.process(all.slice(at, at + 9))
  return evaluator.evaluate(golden.num_samples)
}

function expectClose(got: unknown, wanted: unknown, place: string): void {
  if (Array.isArray(wanted)) {
    expect(got).toHaveLength(wanted.length)
    for (const [index, item] of wanted.entries()) expectClose(Array.isArray(got) ? got[index] : undefined, item, `${place}[${index}]`)
    return
  }
  // Both are float32, and the reference adds up in another order: a few units in the last place.
  const distance = Math.abs(Number(got) - Number(wanted))
  if (!(distance <= 5e-7 * Math.abs(Number(wanted)) + 1e-12)) throw new Error(`${place}: got ${got}, expected ${wanted}`)
}

const named = golden.cases.map((one) => [`${one.kind}, ${one.use}: ${JSON.stringify(one.cfg)}`, one] as const)

describe('metrics equal MMPreTrain’s', () => {
  test('all cases are here', () => expect(golden.cases).toHaveLength(51))

  test.each(named.filter(([, { metrics }]) => metrics !== undefined))('%s', (_, one) => {
    const got = evaluate(one)
    expect(Object.keys(got)).toEqual(Object.keys(one.metrics ?? {}))
    for (const [name, value] of Object.entries(one.metrics ?? {})) expectClose(got[name], value, name)
  })

  test.each(named.filter(([, { error }]) => error !== undefined))('refused as there: %s', (_, one) => {
    expect(() => evaluate(one)).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }))
  })
})

describe('bad samples', () => {
  test.each<[string, DataSample, RegExp]>([
    [
      'SingleLabelMetric',
      { metainfo: { img_path: 'a.png' }, pred_score: new Float32Array(3) },
      /^a\.png: SingleLabelMetric needs gt_label/,
    ],
    ['ConfusionMatrix', { metainfo: { img_path: 'a.png' }, gt_label: [1] }, /^a\.png: ConfusionMatrix needs pred_label/],
    ['ConfusionMatrix', { metainfo: {}, gt_label: [5], pred_score: new Float32Array(3) }, /a label is no class.*"target":5.*0 to 2/],
    ['MultiLabelMetric', { metainfo: { sample_idx: 3 }, gt_label: [1] }, /^3: MultiLabelMetric needs pred_score/],
    [
      'AveragePrecision',
      { metainfo: { sample_idx: 3 }, pred_score: new Float32Array(3) },
      /^3: AveragePrecision needs gt_label or gt_score/,
    ],
  ])('%s', (type, sample, message) => {
    const metric = new RunContainer().build(METRICS, { type }) as BaseMetric
    expect(() => {
      metric.process([sample])
      metric.evaluate(1)
    }).toThrow(message)
  })
})
