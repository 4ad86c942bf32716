// A run to be killed: `node victim.mjs WORK_DIR`. Everything that makes a resume hard, in as little time as possible: dropout, shuffling,
// random items, two workers, an average, accumulation over three steps, clipping, schedules, validation, the best kept.
// VICTIM_EPOCHS: how long. VICTIM_LOSSES: where it writes its losses. VICTIM_TALKS: with the console's log. VICTIM_STOP_AT: an orderly stop
// after that iteration. VICTIM_SLEEPS_AT: that iteration takes half a minute. VICTIM_PAD: see systemCalls.ts.
import { openSync, writeSync } from 'node:fs'
import path from 'node:path'
import { DATASETS, type Dataset, MODELS, type PackedSample, type RandomSource, type RunContainer } from '@tessera/core'
import '@tessera/data'
import { createRun, Hook, type RunState, SILENT_CONSOLE } from '@tessera/engine'
import '@tessera/optim'
import * as v from 'valibot'
import { TinyModel } from '../../packages/engine/src/testing/tinyRun.js'
import { onInterrupt } from '../../tools/cli/interrupt.js'
import { pad } from './pad.js'

const FEATURES = 4
const CLASSES = 3
const { VICTIM_EPOCHS = '28', VICTIM_LOSSES, VICTIM_TALKS, VICTIM_STOP_AT, VICTIM_SLEEPS_AT, VICTIM_PAD, VICTIM_NOW } = process.env
const EPOCHS = Number(VICTIM_EPOCHS)

class VictimDataset implements Dataset {
  static readonly schema = v.strictObject({ length: v.number() })
  readonly length: number
  readonly metainfo = { classes: ['a', 'b', 'c'] }
  constructor(options: { length: number }) {
    this.length = options.length
  }
  async getItem(index: number, random: RandomSource): Promise<PackedSample> {
    const label = index % CLASSES
    // As a decoder does: later, and not in order.
    await new Promise((resolve) => setTimeout(resolve, index % 3))
    const data = Float32Array.from({ length: FEATURES }, (_, at) => (at === label ? 2 : 0) + 0.3 * random.normal())
    return { inputs: { data, height: 1, width: 1, channels: FEATURES }, data_samples: { metainfo: {}, gt_label: [label] } }
  }
}

/** Every loss, exactly, in a file that survives a kill. */
class Witness extends Hook {
  override readonly priority = 'HIGHEST'
  // Opened once: what befalls the opening of files is not for it.
  private readonly file = openSync(VICTIM_LOSSES ?? path.join(workDir, 'losses.txt'), 'a')
  override afterTrainIter(run: RunState, _: number, __: unknown, outputs: Readonly<Record<string, number>>): void {
    writeSync(this.file, `${run.progress.iter} ${outputs['loss']}\n`)
  }
}

/** Stops or sleeps where it was told to. */
class Told extends Hook {
  constructor(private readonly stop: () => void) {
    super()
  }
  override async afterTrainIter(run: RunState): Promise<void> {
    const iter = String(run.progress.iter + 1)
    if (iter === VICTIM_STOP_AT) this.stop()
    if (iter === VICTIM_SLEEPS_AT) await new Promise((resolve) => setTimeout(resolve, 30_000))
  }
}

const config = {
  model: { type: 'TinyModel' },
  train_dataloader: {
    dataset: { type: 'VictimDataset', length: 26 },
    sampler: { type: 'DefaultSampler', shuffle: true },
    batch_size: 4,
    num_workers: 2,
  },
  train_cfg: { by_epoch: true, max_epochs: EPOCHS, val_interval: 2 },
  val_dataloader: { dataset: { type: 'VictimDataset', length: 9 }, sampler: { type: 'DefaultSampler', shuffle: false }, batch_size: 4 },
  val_cfg: { val_loss: true },
  val_evaluator: { type: 'Accuracy' },
  optim_wrapper: {
    type: 'OptimWrapper',
    optimizer: { type: 'AdamW', lr: 0.02, weight_decay: 0.05 },
    accumulative_counts: 3,
    clip_grad: { max_norm: 1 },
  },
  param_scheduler: [
    { type: 'LinearLR', start_factor: 0.1, by_epoch: true, end: 1, convert_to_iter_based: true },
    { type: 'CosineAnnealingLR', by_epoch: true, begin: 1, eta_min_ratio: 0.01, convert_to_iter_based: true },
  ],
  custom_hooks: [{ type: 'EMAHook', momentum: 0.1 }],
  default_hooks: { checkpoint: { by_epoch: false, interval: 7, max_keep_ckpts: 2, save_best: 'val_loss' } },
  randomness: { seed: 5, deterministic: true },
  resume: true,
}

const workDir = process.argv[2] ?? ''
const prepare = (container: RunContainer): void => {
  container.rebind(MODELS, 'TinyModel', TinyModel)
  container.rebind(DATASETS, 'VictimDataset', VictimDataset)
}
try {
  if (VICTIM_PAD !== undefined) await pad(VICTIM_PAD)
  const run = await createRun(
    { config, file: 'victim.ts' },
    {
      workDir,
      prepare,
      ...(VICTIM_TALKS !== '1' && { console: SILENT_CONSOLE }),
      ...(VICTIM_NOW !== undefined && { now: () => new Date(VICTIM_NOW) }),
    },
  )
  for (const hook of [new Witness(), new Told(() => run.requestStop())]) Reflect.get(Reflect.get(run, 'parts'), 'hooks').add(hook)
  const release = onInterrupt(() => run.requestStop())
  try {
    const { interrupted } = await run.train()
    process.exitCode = interrupted ? release.exitCode() : 0
  } finally {
    release()
    run.dispose()
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? `${Reflect.get(error, 'code')} ${error.message}` : String(error)}\n`)
  process.exitCode = 1
}
