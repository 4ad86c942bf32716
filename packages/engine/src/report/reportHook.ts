import type { DataLoaderContract, DataSample, HostBatch } from '@tessera/core'
import { Hook } from '../hooks/hook.js'
import type { RunState } from '../run/runState.js'
import type { RunReport } from './runReport.js'
import { ValidationSamples } from './validationSamples.js'

/** Keeps the report up to date. Added by createRun to every run that trains. */
export class ReportHook extends Hook {
  // After hooks that find something out at a validation.
  override readonly priority = 'LOWEST'
  private samples: ValidationSamples | undefined
  /** Of several data sets the first one's samples are shown. */
  private loader: DataLoaderContract | undefined

  constructor(private readonly report: RunReport) {
    super()
  }

  override beforeValEpoch(run: RunState): void {
    this.loader = run.loaders.val
    this.samples = new ValidationSamples(this.loader?.dataset.metainfo.classes ?? [])
  }

  override afterValIter(run: RunState, _batchIndex: number, batch: HostBatch, outputs: readonly DataSample[]): void {
    if (run.loaders.val !== this.loader) return
    for (const [offset, sample] of outputs.entries()) this.samples?.add(batch.inputs[offset], sample)
  }

  override async afterValEpoch(run: RunState): Promise<void> {
    this.report.samples = this.samples
    // A validation of its own is no training to report on.
    if (run.progress.maxIters > 0) await this.report.write(run, 'running')
  }
}
