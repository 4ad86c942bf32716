import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type ConfigOf, type DataSample, HOOKS, type HostBatch } from '@tessera/core'
import * as v from 'valibot'
import type { RunState } from '../run/runState.js'
import { captionOf } from '../visualization/captionOf.js'
import { Hook } from './hook.js'

const schema = v.strictObject({
  /** Off, it does nothing. */
  enable: v.optional(v.boolean(), false),
  /** Samples from one that is drawn to the next. */
  interval: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 5000),
  /** A window; there is none here. */
  show: v.optional(
    v.pipe(
      v.boolean(),
      v.check((show) => !show, 'there is no window to show samples in; use out_dir'),
    ),
    false,
  ),
  /** Write the drawings here (below the run's folder, unless absolute), too. */
  out_dir: v.optional(v.nullable(v.string())),
})

export interface VisualizationHookConfig extends ConfigOf<'VisualizationHook', typeof schema> {}
declare module '@tessera/core' {
  interface HookTypes {
    VisualizationHook: VisualizationHookConfig
  }
}

/** Draws samples of validation and test with their labels and predictions (MMPreTrain's VisualizationHook). */
@HOOKS.registerModule()
export class VisualizationHook extends Hook {
  static readonly schema = schema

  constructor(private readonly options: v.InferOutput<typeof schema>) {
    super()
  }

  override afterValIter(run: RunState, batchIndex: number, batch: HostBatch, outputs: readonly DataSample[]): Promise<void> {
    return this.draw(run, 'val', batchIndex, batch, outputs)
  }

  override afterTestIter(run: RunState, batchIndex: number, batch: HostBatch, outputs: readonly DataSample[]): Promise<void> {
    return this.draw(run, 'test', batchIndex, batch, outputs)
  }

  private async draw(
    run: RunState,
    mode: 'val' | 'test',
    batchIndex: number,
    batch: HostBatch,
    outputs: readonly DataSample[],
  ): Promise<void> {
    if (!this.options.enable) return
    const loader = run.loaders[mode]
    const first = batchIndex * (loader?.batchSize ?? batch.inputs.length)
    const step = run.progress.byEpoch ? run.progress.epoch : run.progress.iter
    for (const [offset, sample] of outputs.entries()) {
      const image = batch.inputs[offset]
      if (image === undefined || (first + offset) % this.options.interval !== 0) continue
      const { img_path } = sample.metainfo
      const name = typeof img_path === 'string' ? path.parse(img_path).name : String(sample.metainfo['sample_idx'] ?? first + offset)
      const drawn = await run.visualizer.addSample(
        `${mode}_${name}`,
        { image, caption: captionOf(sample, loader?.dataset.metainfo.classes) },
        step,
      )
      if (this.options.out_dir != null) {
        const folder = path.resolve(run.logDir, this.options.out_dir)
        mkdirSync(folder, { recursive: true })
        writeFileSync(path.join(folder, `${name}_${step}.png`), drawn)
      }
    }
  }
}
