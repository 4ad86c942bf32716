import { spawnSync } from 'node:child_process'
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import * as v from 'valibot'
import { pythonEnvironment } from './pythonEnvironment.js'
import { smallRun } from './smallRun.js'

/** What TensorBoard's own reader finds in a folder, as JSON. */
const READER = `
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import metadata
found = EventAccumulator(sys.argv[1], size_guidance={'tensors': 0, 'images': 0, 'scalars': 0, 'histograms': 0})
found.Reload()
tags = found.Tags()
text = {}
for tag in tags['tensors']:
    if found.SummaryMetadata(tag).plugin_data.plugin_name == 'text':
        text[tag] = [value.decode() for value in found.Tensors(tag)[0].tensor_proto.string_val]
hparams = {}
start = metadata.parse_session_start_info_plugin_data(found.SummaryMetadata('_hparams_/session_start_info').plugin_data.content)
for key, value in start.hparams.items():
    hparams[key] = getattr(value, value.WhichOneof('kind'))
end = metadata.parse_session_end_info_plugin_data(found.SummaryMetadata('_hparams_/session_end_info').plugin_data.content)
print(json.dumps({
    'scalars': {tag: [[event.step, event.value] for event in found.Scalars(tag)] for tag in tags['scalars']},
    'images': {tag: [[event.step, event.width, event.height, event.encoded_image_string[:4].hex()] for event in found.Images(tag)] for tag in tags['images']},
    'histograms': {tag: [[event.step, event.histogram_value.num, sum(event.histogram_value.bucket)] for event in found.Histograms(tag)] for tag in tags['histograms']},
    'text': text, 'hparams': hparams, 'end': end.status,
}))
`

const read = v.object({
  scalars: v.record(v.string(), v.array(v.tuple([v.number(), v.number()]))),
  images: v.record(v.string(), v.array(v.tuple([v.number(), v.number(), v.number(), v.string()]))),
  histograms: v.record(v.string(), v.array(v.tuple([v.number(), v.number(), v.number()]))),
  text: v.record(v.string(), v.array(v.string())),
  hparams: v.record(v.string(), v.unknown()),
  end: v.number(),
})

test('TensorBoard reads scalars, images, histograms, text and hyperparameters of a run', async () => {
  const python = join(pythonEnvironment('tensorboard-2.21.0', ['tensorboard==2.21.0', 'setuptools<81']), 'python')
  const workDir = await smallRun({
    vis_backends: [{ type: 'LocalVisBackend' }, { type: 'TensorboardVisBackend' }],
    custom_hooks: [{ type: 'VisualizationHook', enable: true, interval: 50 }, { type: 'ParamHistogramHook' }],
  })
  const [timestamp = ''] = readdirSync(workDir).filter((name) => /^\d{8}_\d{6}$/.test(name))
  const folder = join(workDir, timestamp, 'vis_data')
  const { status, stdout, stderr } = spawnSync(python, ['-c', READER, folder], { encoding: 'utf8', maxBuffer: 2 ** 28 })
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' })
  const found = v.parse(read, JSON.parse(stdout))

  expect(found.scalars['loss']?.map(([step]) => step)).toEqual([2, 4, 6, 8, 10, 12, 14, 16, 18])
  expect(found.scalars['accuracy/top1']?.map(([step]) => step)).toEqual([1, 2, 3])
  for (const [, value] of found.scalars['accuracy/top1'] ?? []) expect(value).toBeGreaterThan(0)
  const images = Object.entries(found.images)
  expect(images.length).toBeGreaterThan(1)
  for (const [, events] of images)
    for (const [, width, height, start] of events) expect([width >= 224, height >= 224, start]).toEqual([true, true, '89504e47'])
  const weights = found.histograms['backbone.patch_embed.projection.weight'] ?? []
  expect(weights.map(([step]) => step)).toEqual([1, 2, 3])
  for (const [, count, inBuckets] of weights) expect(inBuckets).toBe(count)
  expect(found.text['config/text_summary']?.[0]).toContain('LearningRateDecayOptimWrapperConstructor')
  expect(found.text['model/text_summary']?.[0]).toContain('| `backbone.layers.0.attn` |')
  expect(found.hparams).toMatchObject({
    'optim_wrapper.optimizer.lr': 0.004,
    'optim_wrapper.optimizer.type': 'AdamW',
    'train_cfg.max_epochs': 3,
  })
  expect(found.end).toBe(1)
  rmSync(workDir, { recursive: true })
}, 600_000)
