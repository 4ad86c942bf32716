import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import '@tessera/configs'
import { createRun, Hook, type RunState, SILENT_CONSOLE, type TrainOutputs } from '@tessera/engine'

const backbone = {
  type: 'VisionTransformer',
  arch: { embed_dims: 16, num_layers: 1, num_heads: 2, feedforward_channels: 16 },
  img_size: 28,
  patch_size: 14,
  in_channels: 1,
}
const pack = [{ type: 'PackInputs' }]

/** Losses of a tiny ViT on digits, 4 epochs of 3 batches. */
async function losses(
  schedule: object[] | undefined,
  changes: object = {},
  stopAt?: number,
  workDir = mkdtempSync(path.join(tmpdir(), 'tessera-recipe-')),
) {
  const config = {
    model: { type: 'ImageClassifier', backbone, head: { type: 'LinearClsHead', num_classes: 10, in_channels: 16 } },
    data_preprocessor: { num_classes: 10 },
    train_dataloader: {
      batch_size: 4,
      dataset: { type: 'MNISTDigits', indices: 12, pipeline: pack },
      sampler: { type: 'DefaultSampler', shuffle: true },
    },
    train_cfg: { by_epoch: true, max_epochs: 4 },
    optim_wrapper: { type: 'OptimWrapper', optimizer: { type: 'SGD', lr: 0.01 } },
    custom_hooks: schedule === undefined ? [] : [{ type: 'SwitchRecipeHook', schedule }],
    randomness: { seed: 3 },
    ...changes,
  }
  const run = await createRun({ config }, { workDir, console: SILENT_CONSOLE })
  const found = new Map<number, number>()
  class Recorder extends Hook {
    override afterTrainIter({ progress }: RunState, _: number, __: unknown, outputs: TrainOutputs): void {
      found.set(progress.iter, outputs['loss'] ?? Number.NaN)
      if (progress.iter + 1 === stopAt) run.requestStop()
    }
  }
  Reflect.get(Reflect.get(run, 'parts'), 'hooks').add(new Recorder())
  try {
    await run.train()
  } finally {
    run.dispose()
  }
  return { found, workDir }
}

const SCHEDULE = [
  { action_epoch: 2, loss: { type: 'LabelSmoothLoss', label_smooth_val: 0.3, mode: 'original' } },
  { action_epoch: 3, batch_augments: { augments: { type: 'Mixup', alpha: 0.8 } } },
  { action_epoch: 4, batch_augments: null, train_pipeline: [{ type: 'RandomCrop', crop_size: 28, padding: 4 }, ...pack] },
]

describe('SwitchRecipeHook', () => {
  let whole: Map<number, number>
  beforeAll(async () => {
    whole = (await losses(SCHEDULE)).found
  })

  test('changes loss, augments and pipeline when it says, not before', async () => {
    const plain = (await losses(undefined)).found
    const switched = whole
    for (const iter of [0, 1, 2]) expect(switched.get(iter)).toBe(plain.get(iter))
    expect(switched.get(3)).not.toBe(plain.get(3))
    for (const [index, at] of [3, 6, 9].entries()) {
      const without = (await losses(SCHEDULE.filter((_, which) => which !== index))).found
      expect(without.get(at - 1)).toBe(switched.get(at - 1))
      expect(without.get(at)).not.toBe(switched.get(at))
    }
  })

  test.each([3, 7])('stopped after step %i and resumed, it is as if it had not been', async (stopAt) => {
    const { found, workDir } = await losses(SCHEDULE, {}, stopAt)
    const rest = await losses(SCHEDULE, { resume: true }, undefined, workDir)
    expect(new Map([...found, ...rest.found])).toEqual(whole)
  })

  test.each<[object[], RegExp]>([
    [[{ action_epoch: 2, loss: { type: 'LabelSmothLoss' } }], /'LabelSmothLoss'.*LabelSmoothLoss/],
    [[{ action_epoch: 2 }, { action_epoch: 2 }], /two recipes begin at one epoch/],
    [[{ action_epoch: 2, train_pipelin: pack }], /has no option 'train_pipelin'.*'train_pipeline'/],
  ])('%j', async (schedule, message) => {
    await expect(losses(schedule)).rejects.toThrow(message)
  })
})
