import { describe, expect, test } from '@jest/globals'
import { type DataSample, METRICS, RunContainer } from '@tessera/core'
import { Accuracy } from './accuracy.js'
import { Evaluator, metricValue } from './evaluator.js'

function build(cfg: object): Accuracy {
  const built = new RunContainer().build(METRICS, cfg)
  if (!(built instanceof Accuracy)) throw new Error('another class is registered as Accuracy')
  return built
}

/** Seven classes, the first the likeliest. */
const SAMPLES: readonly DataSample[] = Array.from({ length: 40 }, () => ({
  metainfo: {},
  gt_label: [0],
  pred_score: Float32Array.from([0.4, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]),
}))

describe('Accuracy', () => {
  test('more classes asked for than there are', () => {
    const metric = build({ type: 'Accuracy', topk: [1, 8] })
    metric.process(SAMPLES)
    expect(() => metric.evaluate(40)).toThrow(/Accuracy\.topk: top-8 accuracy needs at least 8 classes; got \[1,8\], expected at most 7/)
  })

  test('padding beyond the data set is left out, and every evaluation starts anew', () => {
    const metric = build({ type: 'Accuracy' })
    const right: DataSample = { metainfo: {}, gt_label: [0], pred_label: [0] }
    const wrong: DataSample = { metainfo: {}, gt_label: [0], pred_label: [1] }
    metric.process([right, right, wrong, wrong])
    expect(metric.evaluate(2)).toEqual({ 'accuracy/top1': 100 })
    metric.process([wrong])
    expect(metric.evaluate(2)).toEqual({ 'accuracy/top1': 0 })
    expect(() => metric.evaluate(2)).toThrow('Accuracy got nothing to evaluate')
  })

  test('a sample without label names itself', () => {
    expect(() => build({ type: 'Accuracy' }).process([{ metainfo: { img_path: 'a.png' }, pred_label: [1] }])).toThrow(
      'a.png: Accuracy needs gt_label',
    )
  })

  test('two metrics of one name', () => {
    const evaluator = new Evaluator({}, [build({ type: 'Accuracy' }), build({ type: 'Accuracy' })])
    evaluator.process(SAMPLES)
    expect(() => evaluator.evaluate(40)).toThrow(/two metrics.*'accuracy\/top1'.*another prefix/)
  })
})

describe('metricValue', () => {
  const metrics = { 'accuracy/top1': 1, 'accuracy/top5': 5, 'other/top5': 6 }
  test('finds by full name and by a unique last part', () => {
    expect(metricValue(metrics, 'accuracy/top5')).toBe(5)
    expect(metricValue(metrics, 'top1')).toBe(1)
  })
  test('refuses what is ambiguous or absent', () => {
    expect(() => metricValue(metrics, 'top5')).toThrow(/several metrics.*accuracy\/top5, other\/top5/)
    expect(() => metricValue(metrics, 'accuracy/top2')).toThrow(/no such metric.*Did you mean 'accuracy\/top1'/)
  })
})
