// Our side: argument, how many iterations. One line of JSON: microseconds a step of a run, and of its step alone, both after a tenth to warm up.
import '@tessera/configs'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DATASETS, type Dataset, HOOKS, type HostBatch, MODELS, type PackedSample, SILENT_LOGGER } from '@tessera/core'
import { createRun, createStep, Hook, SILENT_CONSOLE } from '@tessera/engine'
import { BaseDataPreprocessor, BaseModel, Linear, type LossDict, type TensorBatch } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'

const SIZE = 16
const BATCH = Number(process.argv[3])
const iters = Number(process.argv[2])
const warmUp = iters / 10

class Rows extends BaseDataPreprocessor {
  override upload({ inputs, data_samples }: HostBatch): TensorBatch {
    const values = new Float32Array(inputs.length * SIZE)
    for (const [index, { data }] of inputs.entries()) values.set(data, index * SIZE)
    const labels = Int32Array.from(data_samples, ({ gt_label }) => gt_label?.[0] ?? 0)
    return { inputs: tf.tensor4d(values, [inputs.length, 1, 1, SIZE]), gt_label: tf.tensor1d(labels, 'int32') }
  }
  override forward(batch: TensorBatch): TensorBatch {
    return batch
  }
}

class OneLinear extends BaseModel {
  static readonly schema = v.strictObject({ data_preprocessor: v.optional(v.unknown()) })
  readonly dataPreprocessor = new Rows()
  private readonly fc = this.registerModule('fc', new Linear(SIZE, SIZE))

  override forward(inputs: tf.Tensor): tf.Tensor {
    return this.fc.call(tf.reshape(inputs, [-1, SIZE]))
  }
  override loss({ inputs, gt_label: labels }: TensorBatch): LossDict {
    const target = tf.oneHot(labels as tf.Tensor1D, SIZE)
    return { loss: tf.neg(tf.mean(tf.sum(tf.mul(target, tf.logSoftmax(this.forward(inputs))), -1))) }
  }
  override predict({ inputs }: TensorBatch): Record<string, tf.Tensor> {
    return { pred_score: this.forward(inputs) }
  }
  override attachPredictions(): never {
    throw new TypeError('nothing is predicted here')
  }
}

const ROWS = Array.from({ length: 16_000 }, (_, row) => Float32Array.from({ length: SIZE }, (_, at) => Math.sin(row * SIZE + at)))

/** Values that are there already: what is timed is the way to the step. */
class Numbers implements Dataset {
  static readonly schema = v.strictObject({})
  readonly metainfo = {}
  readonly length = ROWS.length
  async getItem(index: number): Promise<PackedSample> {
    return {
      inputs: { data: ROWS[index] ?? new Float32Array(SIZE), height: 1, width: 1, channels: SIZE },
      data_samples: { metainfo: {}, gt_label: [index % SIZE] },
    }
  }
}

let began = 0
let ended = 0
class Clock extends Hook {
  static readonly schema = v.strictObject({})
  private seen = 0
  override afterTrainIter(): void {
    this.seen++
    if (this.seen === warmUp) began = performance.now()
    if (this.seen === iters) ended = performance.now()
  }
}

MODELS.registerModule({ name: 'OneLinear', module: OneLinear })
DATASETS.registerModule({ name: 'Numbers', module: Numbers })
HOOKS.registerModule({ name: 'Clock', module: Clock })

const workDir = mkdtempSync(join(tmpdir(), 'tessera-loop-'))
try {
  const config = {
    model: { type: 'OneLinear' },
    train_dataloader: {
      batch_size: BATCH,
      dataset: { type: 'Numbers' },
      sampler: { type: 'DefaultSampler', shuffle: true },
    },
    train_cfg: { by_epoch: false, max_iters: iters },
    optim_wrapper: { optimizer: { type: 'SGD', lr: 0.01 } },
    custom_hooks: [{ type: 'Clock', priority: 'LOWEST' }],
    default_hooks: { checkpoint: { type: 'CheckpointHook', interval: 1000 } },
    randomness: { seed: 0 },
  }
  const run = await createRun({ config }, { workDir, console: SILENT_CONSOLE })
  await run.train()
  const { model, training } = run.state
  const { optimWrapper } = training
  if (optimWrapper === undefined) throw new TypeError('no optimizer')
  const step = await createStep({ model, seed: 0, logger: SILENT_LOGGER, optimWrapper }, true)
  const samples = await Promise.all(Array.from({ length: BATCH }, (_, index) => new Numbers().getItem(index)))
  const batch = { inputs: samples.map(({ inputs }) => inputs), data_samples: samples.map(({ data_samples }) => data_samples) }
  let start = 0
  for (let iter = 0; iter < iters; iter++) {
    if (iter === warmUp) start = performance.now()
    await step.train(batch, iter)
  }
  const alone = performance.now() - start
  const perStep = (milliseconds: number) => (milliseconds * 1000) / (iters - warmUp)
  process.stdout.write(`${JSON.stringify({ run: perStep(ended - began), alone: perStep(alone) })}\n`)
} finally {
  rmSync(workDir, { recursive: true, force: true })
}
