import { rmSync } from 'node:fs'
import { TesseraError } from '@tessera/core'
import { stateDictOf } from '@tessera/nn'
import { temporaryFolder } from '@tessera/runtime'
import { SILENT_CONSOLE } from '../logging/console.js'
import { type Config, own, section, sections, withKeys } from './configSections.js'
import { createRun, type RunOptions, type RunSource } from './createRun.js'

/** Enough to have a batch axis, few enough for a large model on a small machine. */
const SMOKE_BATCH = 4

export interface SmokeReport {
  /** Training steps, batches of validation and of testing. */
  readonly steps: number
  readonly metrics: Readonly<Record<string, unknown>>
  /** Parameters and buffers that were saved and came back equal. */
  readonly tensors: number
}

/**
 * A few steps of everything that the config describes: train, validate, test, save, reload. In a folder that is removed afterwards.
 * @param steps how many steps of each. Default 2
 */
export async function smokeRun(source: RunSource, steps = 2, options: Omit<RunOptions, 'workDir'> = {}): Promise<SmokeReport> {
  const workDir = temporaryFolder('smoke')
  try {
    const settings = { console: SILENT_CONSOLE, ...options, workDir }
    const small = smokeConfig(source.config, steps)
    const run = await createRun({ ...source, config: small }, settings)
    let saved = new Map<string, { data: Float32Array }>()
    let metrics: Readonly<Record<string, unknown>> = {}
    let checkpoint = ''
    try {
      if (own(small, 'train_cfg') != null) metrics = (await run.train()).metrics
      if (own(small, 'test_cfg') != null) metrics = { ...metrics, ...(await run.test()) }
      saved = stateDictOf(run.state.model)
      checkpoint = await run.state.checkpoints.save(run.state, 'smoke')
    } finally {
      run.dispose()
    }
    const again = await createRun({ ...source, config: withKeys(small, { load_from: checkpoint, resume: false }) }, settings)
    try {
      await again.state.checkpoints.loadFrom(again.state, checkpoint, 'complete')
      compare(saved, stateDictOf(again.state.model))
    } finally {
      again.dispose()
    }
    return { steps, metrics, tensors: saved.size }
  } finally {
    rmSync(workDir, { recursive: true, force: true })
  }
}

/** The config cut down to `steps` small batches of each loader, ended after one pass, nothing loaded. */
export function smokeConfig(config: Config, steps: number): Config {
  const changes: Record<string, unknown> = { resume: false, load_from: null }
  for (const key of ['train_dataloader', 'val_dataloader', 'test_dataloader']) {
    const loader = section(config, key)
    if (loader !== undefined)
      changes[key] = withKeys(loader, {
        num_batch_per_epoch: steps,
        batch_size: Math.min(Number(own(loader, 'batch_size') ?? 1), SMOKE_BATCH),
      })
  }
  const trainCfg = section(config, 'train_cfg')
  if (trainCfg !== undefined) {
    const byIters = Object.hasOwn(trainCfg, 'max_iters')
    // The horizon stays the recipe's, for its schedulers are laid out over it.
    changes['train_cfg'] = withKeys(trainCfg, { val_interval: byIters ? steps : 1, val_begin: 1, dynamic_intervals: undefined })
    changes['custom_hooks'] = [...sections(config, 'custom_hooks'), { type: 'StopAfterHook', epochs: 1, iters: steps }]
  }
  return withKeys(config, changes)
}

function compare(saved: ReadonlyMap<string, { data: Float32Array }>, loaded: ReadonlyMap<string, { data: Float32Array }>): void {
  for (const [name, { data }] of saved) {
    const back = loaded.get(name)?.data
    if (back === undefined || back.length !== data.length || data.some((value, index) => !Object.is(value, back[index]))) {
      throw new TesseraError('CHECKPOINT_INVALID', { what: 'what was saved and loaded again is not equal', path: name })
    }
  }
}
