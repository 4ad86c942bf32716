import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { DataSample, HostBatch } from '@tessera/core'
import { useBackend } from '@tessera/runtime'
import type { RunState } from '../run/runState.js'
import { NaiveVisualizationHook } from './naiveVisualizationHook.js'
import { VisualizationHook } from './visualizationHook.js'

beforeAll(() => useBackend('auto'))
const folder = mkdtempSync(path.join(tmpdir(), 'tessera-hooks-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const image = { data: new Uint8Array(3), height: 1, width: 1, channels: 3 }
const batch: HostBatch = { inputs: [image, image], data_samples: [] }
const outputs: DataSample[] = [
  { metainfo: { img_path: '/data/cat.1.png' }, gt_label: [0], pred_label: [1], pred_score: Float32Array.of(0.25, 0.75) },
  { metainfo: {}, gt_label: [1], pred_label: [1], pred_score: Float32Array.of(0, 1) },
]

/** What of a run the hooks look at. */
function watched() {
  const drawn: [name: string, caption: readonly string[], step: number][] = []
  const run = {
    visualizer: {
      addSample: async (name: string, { caption }: { caption: readonly string[] }, step: number) => {
        drawn.push([name, caption, step])
        return Uint8Array.of(1)
      },
    },
    loaders: { test: { batchSize: 2, dataset: { metainfo: { classes: ['cat', 'dog'] } } } },
    progress: { byEpoch: true, epoch: 5, iter: 70 },
    logDir: folder,
  } as unknown as RunState
  return { run, drawn }
}

test('NaiveVisualizationHook draws all samples of every n-th batch, with label and prediction', async () => {
  const { run, drawn } = watched()
  const hook = new NaiveVisualizationHook({ interval: 2, draw_gt: true, draw_pred: true })
  for (const index of [0, 1, 2, 3]) await hook.afterTestIter(run, index, batch, outputs)
  expect(drawn).toEqual(
    [1, 3].flatMap((index) => [
      ['cat.1', ['label: cat', 'predicted: dog (0.75)'], index],
      [`${index}_1`, ['label: dog', 'predicted: dog (1.00)'], index],
    ]),
  )
})

test('NaiveVisualizationHook leaves out what is not asked for', async () => {
  const captions = await Promise.all(
    [
      { interval: 1, draw_gt: false, draw_pred: true },
      { interval: 1, draw_gt: true, draw_pred: false },
    ].map(async (options) => {
      const { run, drawn } = watched()
      await new NaiveVisualizationHook(options).afterTestIter(run, 0, batch, outputs)
      return drawn[0]?.[1]
    }),
  )
  expect(captions).toEqual([['predicted: dog (0.75)'], ['label: cat']])
})

test('VisualizationHook draws every n-th sample, over all batches, and writes it where it is told to', async () => {
  const { run, drawn } = watched()
  const hook = new VisualizationHook({ enable: true, interval: 3, show: false, out_dir: 'drawn' })
  for (const index of [0, 1, 2]) await hook.afterTestIter(run, index, batch, outputs)
  expect(drawn.map(([name, , step]) => [name, step])).toEqual([
    ['test_cat.1', 5],
    ['test_3', 5],
  ])
  expect(readdirSync(path.join(folder, 'drawn')).sort()).toEqual(['3_5.png', 'cat.1_5.png'])
  await new VisualizationHook({ enable: false, interval: 1, show: false }).afterTestIter(run, 0, batch, outputs)
  expect(drawn).toHaveLength(2)
})
