import { describe, expect, test } from '@jest/globals'
import { idleSections } from '../run/idleSections.js'
import { newProgress, type RunState } from '../run/runState.js'
import { curvesSvg, outcome } from '../run/summarize.js'
import { trainingCurves } from './curves.js'
import { MessageHub } from './messageHub.js'
import { resample, terminalPlot } from './terminalPlot.js'

function runWith(iters: number, epochLength: number): RunState {
  const hub = new MessageHub()
  for (let index = 0; index < iters; index++) hub.updateScalar('train/loss', 1 / (index + 1))
  for (const [at, top1] of [
    [10, 50],
    [20, 75],
  ] as const) {
    hub.updateScalar('validated_at', at)
    hub.updateScalar('val/accuracy/top1', top1)
    hub.updateScalar('val/time', 1)
  }
  // The curves read nothing else.
  return { hub, progress: { ...newProgress(), iter: iters, epochLength, byEpoch: true } } as unknown as RunState
}

describe('curves', () => {
  test('stand where they were measured, in epochs; times are none', () => {
    const [loss, top1, ...rest] = trainingCurves(runWith(25, 10))
    expect(rest).toEqual([])
    expect(loss).toMatchObject({ name: 'loss', kind: 'loss', unit: 'epoch' })
    expect([loss?.points[0], loss?.points.at(-1)]).toEqual([
      { x: 0.1, y: 1 },
      { x: 2.5, y: 1 / 25 },
    ])
    expect(top1).toEqual({
      name: 'accuracy/top1',
      kind: 'metric',
      unit: 'epoch',
      points: [
        { x: 1, y: 50 },
        { x: 2, y: 75 },
      ],
    })
  })

  test('a long history is drawn with few points, all of it counted', () => {
    const [loss] = trainingCurves(runWith(5000, 10))
    expect(loss?.points.length).toBeLessThanOrEqual(150)
    const mean = (values: number[]) => values.reduce((a, b) => a + b) / values.length
    expect(loss?.points[0]?.y).toBeCloseTo(mean(Array.from({ length: 34 }, (_, index) => 1 / (index + 1))), 10)
  })

  test('terminal plot: as wide as asked, named, with its range', () => {
    const [loss] = trainingCurves(runWith(25, 10))
    const plot = loss === undefined ? '' : terminalPlot(loss, 60)
    expect(plot).toContain('loss (training, 2.5 epochs)')
    expect(plot).toContain('1.000 ┼╮')
    expect(Math.max(...plot.split('\n').map((line) => line.length))).toBeLessThanOrEqual(60)
  })

  test('resample keeps the ends', () => {
    expect(resample([0, 10], 5)).toEqual([0, 2.5, 5, 7.5, 10])
    expect(resample([4], 3)).toEqual([4, 4, 4])
  })

  test('SVG with both curves', () => {
    const svg = curvesSvg(trainingCurves(runWith(25, 10)))
    expect(svg).toMatch(/^<svg[\s\S]*Training loss[\s\S]*<\/svg>\n$/)
    expect(svg).toContain('accuracy/top1')
  })

  test('the outcome in one line', () => {
    const curves = trainingCurves(runWith(25, 10))
    expect(outcome(curves, 252, { iter: 25, interrupted: false })).toBe('Done in 0:04:12, 25 iterations: accuracy/top1 75.00 (best 75.00)')
    expect(outcome([], 2, { iter: 3, interrupted: true })).toBe('Stopped after 0:00:02, 3 iterations')
  })
})

test('sections without effect are named, unless they ask for nothing', () => {
  expect(idleSections({ visualizer: { type: 'UniversalVisualizer' }, activation_checkpointing: false, sync_bn: 'torch' })).toEqual([
    'sync_bn',
  ])
})
