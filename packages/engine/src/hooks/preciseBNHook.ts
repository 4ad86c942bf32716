import { type ConfigOf, HOOKS, type HostBatch } from '@tessera/core'
import { BatchNorm2d, type StateTensor } from '@tessera/nn'
import { tf, withStepRandom } from '@tessera/runtime'
import * as v from 'valibot'
import type { RunState } from '../run/runState.js'
import { everyNEpochs, everyNTrainIters } from './every.js'
import { Hook } from './hook.js'

const positive = v.pipe(v.number(), v.integer(), v.minValue(1))

const schema = v.strictObject({
  /** Samples to measure on; at most one pass over the training set. */
  num_samples: v.optional(positive, 8192),
  /** Epochs, or iterations of a run by iterations, between two measurements. */
  interval: v.optional(positive, 1),
})

export interface PreciseBNHookConfig extends ConfigOf<'PreciseBNHook', typeof schema> {}
declare module '@tessera/core' {
  interface HookTypes {
    PreciseBNHook: PreciseBNHookConfig
  }
}

/** The statistics of one layer, and what was found of them so far. */
interface Measured {
  readonly layer: BatchNorm2d
  readonly statistics: readonly { readonly state: StateTensor; readonly sum: Float64Array }[]
}

/**
 * Measures the running statistics of batch norm anew with the weights as they are: the mean over batches instead of an average over weights
 * that have moved on (Wu & Johnson 2021, arXiv 2105.07576; MMPreTrain's PreciseBNHook). Before averages and checkpoints.
 */
@HOOKS.registerModule()
export class PreciseBNHook extends Hook {
  static readonly schema = schema
  override readonly priority = 'ABOVE_NORMAL'

  constructor(private readonly options: v.InferOutput<typeof schema>) {
    super()
  }

  override async afterTrainEpoch(run: RunState): Promise<void> {
    if (run.progress.byEpoch && everyNEpochs(run.progress, this.options.interval)) await this.measure(run)
  }

  override async afterTrainIter(run: RunState): Promise<void> {
    if (!run.progress.byEpoch && everyNTrainIters(run.progress, this.options.interval)) await this.measure(run)
  }

  private async measure(run: RunState): Promise<void> {
    const loader = run.loaders.train
    if (loader === undefined) return
    run.model.train()
    const measured = layersOf(run)
    const batches = Math.min(Math.floor(this.options.num_samples / loader.batchSize), loader.length)
    if (measured.length === 0 || batches === 0) {
      run.logger.warning(
        measured.length === 0
          ? 'PreciseBNHook: the model has no batch norm that trains.'
          : 'PreciseBNHook: num_samples is less than a batch.',
      )
      return
    }
    run.logger.info(`Measuring ${measured.length} batch norms on ${batches} batches.`)
    const momenta = measured.map(({ layer }) => layer.momentum)
    // The statistics of each batch alone.
    for (const { layer } of measured) layer.momentum = 1
    try {
      let index = 0
      for await (const batch of loader.batches(run.progress.epoch)) {
        forward(run, batch, index)
        for (const { statistics } of measured)
          for (const { state, sum } of statistics) for (const [at, value] of state.values().entries()) sum[at] = (sum[at] ?? 0) + value
        if (++index === batches) break
      }
    } finally {
      for (const [index, { layer }] of measured.entries()) layer.momentum = momenta[index] ?? null
    }
    for (const { statistics } of measured)
      for (const { state, sum } of statistics) state.setValues(Float32Array.from(sum, (total) => total / batches))
  }
}

function layersOf(run: RunState): Measured[] {
  return [...run.model.namedModules()].flatMap(([, layer]) => {
    if (!(layer instanceof BatchNorm2d) || !layer.training) return []
    const statistics = [...layer.ownNamedBuffers()].filter(([name]) => name === 'running_mean' || name === 'running_var')
    return statistics.length === 0
      ? []
      : [{ layer, statistics: statistics.map(([, state]) => ({ state, sum: new Float64Array(state.size) })) }]
  })
}

/** Op by op: a recorded step would keep the layers' own momentum. */
function forward(run: RunState, batch: HostBatch, index: number): void {
  const { model, seed } = run
  const uploaded = model.dataPreprocessor.upload(batch)
  tf.tidy(() => withStepRandom({ seed, step: index }, () => void model.loss(model.dataPreprocessor.call(uploaded, false))))
  tf.dispose(uploaded)
}
