import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import '@tessera/configs'
import {
  checkComponents,
  DATA_LOADERS,
  type DataLoaderContract,
  defineConfig,
  type HostBatch,
  MODELS,
  type RunContainer,
} from '@tessera/core'
import { createRun, Hook, type RunState, readCheckpoint, SILENT_CONSOLE, type TrainOutputs } from '@tessera/engine'
import { ImageClassifier } from '@tessera/models'
import type { LogVars, OptimWrapperContract, TensorBatch } from '@tessera/nn'
import { OptimWrapperDict } from '@tessera/optim'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'

/** Trains backbone and head in turns, each with its own optimizer. */
class InTurns extends ImageClassifier {
  override trainStep(batch: TensorBatch, optimWrapper: OptimWrapperContract): LogVars {
    if (!(optimWrapper instanceof OptimWrapperDict)) throw new TypeError('two optimizers are needed')
    const { loss, grad_norm } = super.trainStep(batch, optimWrapper.get('backbone'))
    const { loss: headLoss, ...rest } = super.trainStep(batch, optimWrapper.get('head'))
    tf.dispose(rest)
    if (loss === undefined || headLoss === undefined) throw new TypeError('a classifier has a loss')
    return { loss, head_loss: headLoss, ...(grad_norm && { grad_norm }) }
  }
}

/** Three batches of four images. */
class Waves implements DataLoaderContract {
  static readonly schema = v.strictObject({})
  readonly length = 3
  readonly batchSize = 4
  readonly sampler = { length: 12, setEpoch() {}, indices: () => [] }
  readonly dataset = {
    metainfo: { classes: Array.from({ length: 10 }, (_, label) => String(label)) },
    length: 12,
    getItem: async (index: number) => ({
      inputs: { data: Float32Array.from({ length: 784 }, (_, i) => Math.sin(index + i * (index + 1))), height: 28, width: 28, channels: 1 },
      data_samples: { metainfo: {}, gt_label: [(index * 7) % 10] },
    }),
  }

  async *batches(epoch: number, start = 0): AsyncIterable<HostBatch> {
    for (let batch = start; batch < this.length; batch++) {
      const items = await Promise.all([0, 1, 2, 3].map((i) => this.dataset.getItem((epoch * 5 + batch * 4 + i) % 12)))
      yield { inputs: items.map(({ inputs }) => inputs), data_samples: items.map(({ data_samples }) => data_samples) }
    }
  }
}

const wrappers = {
  backbone: {
    // With a smaller epsilon the rounding of gradients that are zero decides where AdamW goes.
    optimizer: { type: 'AdamW', lr: 0.01, weight_decay: 0.1, eps: 1e-3 },
    clip_grad: { max_norm: 1 },
    constructor: 'LearningRateDecayOptimWrapperConstructor',
    paramwise_cfg: { layer_decay_rate: 0.5, flat_decay_mult: 0 },
  },
  head: { type: 'OptimWrapper', optimizer: { type: 'SGD', lr: 0.1, momentum: 0.9 }, accumulative_counts: 2 },
}

const schedulers = {
  backbone: [
    { type: 'LinearLR', start_factor: 0.5, by_epoch: false, end: 3 },
    { type: 'CosineAnnealingLR', by_epoch: true, convert_to_iter_based: true },
  ],
  head: { type: 'MultiStepLR', by_epoch: false, milestones: [4], gamma: 0.1 },
}

function config(changes: object = {}) {
  return {
    model: {
      type: 'InTurns',
      backbone: {
        type: 'VisionTransformer',
        arch: { embed_dims: 16, num_layers: 1, num_heads: 2, feedforward_channels: 16 },
        img_size: 28,
        patch_size: 14,
        in_channels: 1,
      },
      head: { type: 'LinearClsHead', num_classes: 10, in_channels: 16 },
    },
    data_preprocessor: { num_classes: 10 },
    train_dataloader: {},
    train_cfg: { by_epoch: true, max_epochs: 3 },
    optim_wrapper: wrappers,
    param_scheduler: schedulers,
    randomness: { seed: 3 },
    compile: false,
    ...changes,
  }
}

async function train(changes: object = {}, stopAt?: number, workDir = mkdtempSync(path.join(tmpdir(), 'tessera-two-'))) {
  const prepare = (container: RunContainer) => {
    container.rebind(MODELS, 'InTurns', InTurns)
    container.rebind(DATA_LOADERS, 'DataLoader', Waves)
  }
  const run = await createRun({ config: config(changes) }, { workDir, console: SILENT_CONSOLE, prepare })
  const found = new Map<number, readonly number[]>()
  class Recorder extends Hook {
    override readonly priority = 'HIGHEST'
    override afterTrainIter({ progress, training }: RunState, _: number, __: unknown, outputs: TrainOutputs): void {
      const rates = training.optimWrapper?.getLr() ?? {}
      const [backbone = []] = [rates['backbone.base_lr'], rates['head.lr']]
      found.set(progress.iter, [outputs['loss'] ?? 0, outputs['head_loss'] ?? 0, backbone[0] ?? 0, rates['head.lr']?.[0] ?? 0])
      if (progress.iter + 1 === stopAt) run.requestStop()
    }
  }
  Reflect.get(Reflect.get(run, 'parts'), 'hooks').add(new Recorder())
  try {
    await run.train()
    return { found, workDir }
  } finally {
    run.dispose()
  }
}

describe('two optimizers by name, as a config has them', () => {
  test('each trains its part, by its own schedule; stopped amid an accumulation and resumed, it is as if it had not been', async () => {
    const whole = await train()
    expect(whole.found.size).toBe(9)
    const rates = [...whole.found.values()].map(([, , backbone, head]) => [backbone, head])
    expect(rates[0]).toEqual([0.005, 0.1])
    expect(rates.map(([, head]) => head)).toEqual([0.1, 0.1, 0.1, 0.1, ...new Array(5).fill(0.1 * 0.1)])
    expect(rates[8]?.[0]).toBeLessThan(0.001)
    const saved = readCheckpoint(path.join(whole.workDir, 'epoch_3'))
    const slots = [...(saved.optimizer?.tensors.keys() ?? [])]
    expect(slots.filter((key) => key.startsWith('head/'))).toEqual([
      'head/momentum_buffer.head.fc.weight',
      'head/momentum_buffer.head.fc.bias',
      'head/accumulated_grad.head.fc.weight',
      'head/accumulated_grad.head.fc.bias',
    ])
    expect(slots).toContain('backbone/exp_avg.backbone.cls_token')
    expect(saved.param_schedulers?.map(({ optim_wrapper }) => optim_wrapper)).toEqual(['backbone', 'backbone', 'head'])
    const compiled = await train({ compile: true }, 3)
    expect(compiled.found.size).toBe(3)
    for (const [iter, [loss = 0, headLoss = 0]] of compiled.found) {
      expect(loss).toBeCloseTo(whole.found.get(iter)?.[0] ?? 0, 5)
      expect(headLoss).toBeCloseTo(whole.found.get(iter)?.[1] ?? 0, 5)
    }
    const first = await train({}, 5)
    const second = await train({ resume: true }, undefined, first.workDir)
    expect(new Map([...first.found, ...second.found])).toEqual(whole.found)
  })

  test('one list of schedulers is for each of them', async () => {
    const { found } = await train({
      param_scheduler: [{ type: 'ConstantLR', factor: 0.5, by_epoch: false, end: 100 }],
      train_cfg: { by_epoch: true, max_epochs: 1 },
    })
    expect(found.get(0)?.slice(2)).toEqual([0.005, 0.05])
  })

  test('by optimizer steps a schedule is as long as the run has steps', async () => {
    const { found } = await train({
      param_scheduler: { backbone: [], head: { type: 'LinearLR', start_factor: 0.5, by_epoch: false } },
      default_hooks: { param_scheduler: { on_optimizer_step: true } },
    })
    // Nine iterations, of which every second is a step of the head's: five make up the schedule.
    expect([...found.values()].map(([, , , head]) => Number(head?.toFixed(6)))).toEqual([
      0.05, 0.05, 0.0625, 0.0625, 0.075, 0.075, 0.0875, 0.0875, 0.1,
    ])
  })

  test.each([
    [{ optim_wrapper: { backbon: wrappers.backbone, head: wrappers.head } }, /optim_wrapper\.backbon: .*Did you mean 'backbone'/],
    [
      { optim_wrapper: { ...wrappers, head: { optimizer: { type: 'SDG', lr: 1 } } } },
      /optim_wrapper\.head\.optimizer: .*Did you mean 'SGD'/,
    ],
    [{ optim_wrapper: { ...wrappers, paramwise_cfg: { bias_lr_mult: 2 } } }, /optim_wrapper\.paramwise_cfg: .*each wrapper has its own/],
    [{ optim_wrapper: { ...wrappers, clip_grad: 3 } }, /optim_wrapper.*'optimizer'/],
    [{ param_scheduler: { ...schedulers, hed: [] } }, /param_scheduler\.hed: no optimizer has this name.*Did you mean 'head'/],
    [{ param_scheduler: { head: [] } }, /param_scheduler\.backbone: an optimizer has no schedulers/],
    [{ model: { ...config().model, type: 'ImageClassifier' } }, /updateParams is called on each optimizer wrapper.*trainStep of its own/],
    [
      { optim_wrapper: wrappers.head, param_scheduler: { head: [] }, model: { ...config().model, type: 'ImageClassifier' } },
      /param_scheduler: schedulers by name are for several optimizers/,
    ],
  ])('%j is an error', async (changes, message) => {
    await expect(train(changes)).rejects.toThrow(message)
  })

  test('a config is checked in all its parts', () => {
    const { model: _, train_dataloader: __, ...sound } = config()
    expect(checkComponents(sound)).toEqual([])
    const head = { optimizer: { type: 'SGD', lr: 0.1, momentun: 0.9 } }
    const wrong = { ...sound, optim_wrapper: { ...wrappers, head }, param_scheduler: { ...schedulers, head: { type: 'StepLr' } } }
    expect(checkComponents(wrong).map(({ message }) => message)).toEqual([
      expect.stringMatching(/^optim_wrapper\.head\.optimizer\.momentun: .*Did you mean 'momentum'/),
      expect.stringMatching(/^param_scheduler\.head\.type: .*Did you mean 'StepLR'/),
    ])
  })
})

test('the compiler checks sections by name', () => {
  const sgd = { type: 'SGD', lr: 0.1 } as const
  const typed = defineConfig({
    optim_wrapper: {
      constructor: 'MultiOptimWrapperConstructor',
      generator: { optimizer: sgd, accumulative_counts: 2, paramwise_cfg: { bias_lr_mult: 2 } },
      discriminator: { optimizer: { type: 'AdamW', betas: [0.5, 0.9] } },
    },
    param_scheduler: { generator: [{ type: 'LinearLR', end: 3 }], discriminator: [] },
  })
  expect(Object.keys(typed.optim_wrapper ?? {})).toEqual(['constructor', 'generator', 'discriminator'])
  defineConfig({
    // @ts-expect-error -- no such option, in a wrapper by name as in a single one
    optim_wrapper: { constructor: 'MultiOptimWrapperConstructor', generator: { optimizer: sgd, accumulative_count: 2 } },
  })
  defineConfig({
    // @ts-expect-error -- a misspelt option of a single wrapper is no name
    optim_wrapper: { optimizer: sgd, accumulative_count: 2 },
  })
  defineConfig({
    // @ts-expect-error -- no such scheduler
    param_scheduler: { generator: [{ type: 'LinearLr' }] },
  })
})
