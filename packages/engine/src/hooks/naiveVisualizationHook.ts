import path from 'node:path'
import { type ConfigOf, type DataSample, HOOKS, type HostBatch } from '@tessera/core'
import * as v from 'valibot'
import type { RunState } from '../run/runState.js'
import { captionOf } from '../visualization/captionOf.js'
import { everyNInnerIters } from './every.js'
import { Hook } from './hook.js'

const schema = v.strictObject({
  /** Batches from one that is drawn to the next. */
  interval: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 1),
  /** With the label. */
  draw_gt: v.optional(v.boolean(), true),
  /** With the prediction. */
  draw_pred: v.optional(v.boolean(), true),
})
export interface NaiveVisualizationHookConfig extends ConfigOf<'NaiveVisualizationHook', typeof schema> {}
declare module '@tessera/core' {
  interface HookTypes {
    NaiveVisualizationHook: NaiveVisualizationHookConfig
  }
}

/** Draws every sample of some batches of testing into the visualization backends (MMEngine's NaiveVisualizationHook). */
@HOOKS.registerModule()
export class NaiveVisualizationHook extends Hook {
  static readonly schema = schema

  constructor(private readonly options: v.InferOutput<typeof schema>) {
    super()
  }

  override async afterTestIter(run: RunState, batchIndex: number, batch: HostBatch, outputs: readonly DataSample[]): Promise<void> {
    const { interval, draw_gt, draw_pred } = this.options
    if (!everyNInnerIters(batchIndex, interval)) return
    for (const [offset, sample] of outputs.entries()) {
      const image = batch.inputs[offset]
      if (image === undefined) continue
      const { gt_label, pred_label, pred_score, metainfo } = sample
      const shown: DataSample = {
        metainfo,
        ...(draw_gt && gt_label !== undefined && { gt_label }),
        ...(draw_pred && pred_label !== undefined && { pred_label, ...(pred_score !== undefined && { pred_score }) }),
      }
      const { img_path } = metainfo
      const name = typeof img_path === 'string' ? path.parse(img_path).name : `${batchIndex}_${offset}`
      await run.visualizer.addSample(name, { image, caption: captionOf(shown, run.loaders.test?.dataset.metainfo.classes) }, batchIndex)
    }
  }
}
