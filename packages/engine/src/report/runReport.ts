import { renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { uniqueSuffix } from '../checkpoint/processIdentity.js'
import { isBetter, knownRule } from '../hooks/metricRule.js'
import { allCurves } from '../logging/curves.js'
import { iterationsOf, VALIDATED_AT } from '../logging/validationHistory.js'
import { environmentOf, gitText } from '../run/environment.js'
import type { RunState } from '../run/runState.js'
import type { Report, ReportStatus } from './report.js'
import { reportHtml } from './reportHtml.js'
import type { ValidationSamples } from './validationSamples.js'

/**
 * `report.html` and `report.json` in the work dir: the same numbers for people and for programs. Written anew at each validation, so
 * that a run that is killed has them, too. A report that cannot be written is a warning: training goes on.
 */
export class RunReport {
  /** Of the last validation. */
  samples: ValidationSamples | undefined
  private readonly startedAt: Date
  private warned = false

  constructor(private readonly now: () => Date = () => new Date()) {
    this.startedAt = now()
  }

  /** Trains, and reports how that ended. */
  async during<T>(run: RunState, train: () => Promise<T>): Promise<T> {
    try {
      const result = await train()
      await this.write(run, run.progress.interrupted ? 'stopped' : 'finished')
      return result
    } catch (error) {
      await this.write(run, 'failed', error instanceof Error ? error.message : String(error))
      throw error
    }
  }

  async write(run: RunState, status: ReportStatus, error?: string): Promise<void> {
    try {
      const report = await this.reportOf(run, status, error)
      replace(path.join(run.workDir, 'report.json'), `${JSON.stringify(report, null, 1)}\n`)
      replace(path.join(run.workDir, 'report.html'), reportHtml(report))
    } catch (cause) {
      if (!this.warned) run.logger.warning(`The report cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`)
      this.warned = true
    }
  }

  private async reportOf(run: RunState, status: ReportStatus, error: string | undefined): Promise<Report> {
    const { progress, model } = run
    const validations = validationsOf(run)
    const now = this.now()
    return {
      format: 'tessera-report',
      version: 1,
      experiment: run.experimentName,
      run_id: run.runId,
      status,
      ...(error !== undefined && { error }),
      started: this.startedAt.toISOString(),
      updated: now.toISOString(),
      seconds: Math.max(0, (now.getTime() - this.startedAt.getTime()) / 1000),
      work_dir: run.workDir,
      log_dir: run.logDir,
      progress: { epoch: progress.epoch, max_epochs: progress.maxEpochs, iter: progress.iter, max_iters: progress.maxIters },
      environment: { ...environmentOf(), git: gitText(await run.git) },
      model: {
        type: model.constructor.name,
        parameters: model.parameters().reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0),
      },
      validations,
      best: bestOf(validations),
      curves: allCurves(run),
      classes: run.loaders.val?.dataset.metainfo.classes ?? [],
      ...(this.samples?.confusion !== undefined && { confusion: this.samples.confusion }),
      samples: [],
      mistakes: [],
      ...(await this.samples?.pictures()),
      config: run.configText === undefined ? undefined : JSON.parse(run.configText),
    }
  }
}

/** One row a validation, from the metrics' histories. */
function validationsOf({ hub, progress }: RunState): Report['validations'][number][] {
  const at = hub.scalars.get(VALIDATED_AT)?.data().values ?? []
  const rows = at.map((iter) => ({
    epoch: progress.byEpoch ? Math.round(iter / progress.epochLength) : 0,
    iter,
    metrics: {} as Record<string, number>,
  }))
  const byIter = new Map(rows.map((row) => [row.iter, row]))
  for (const [key, buffer] of hub.scalars) {
    if (!key.startsWith('val/') || /\/(?:data_)?time$/.test(key)) continue
    const name = key.slice('val/'.length)
    const { values } = buffer.data()
    const iterations = iterationsOf(hub, name, values.length)
    for (const [index, value] of values.entries()) {
      const row = byIter.get(iterations[index] ?? Number.NaN)
      if (row !== undefined) row.metrics[name] = value
    }
  }
  return rows
}

export function bestOf(validations: Report['validations']): Report['best'] {
  const best: Record<string, { value: number; iter: number }> = {}
  for (const { iter, metrics } of validations) {
    for (const [name, value] of Object.entries(metrics)) {
      const rule = knownRule(name)
      if (rule !== undefined && isBetter(value, best[name]?.value, rule)) best[name] = { value, iter }
    }
  }
  return best
}

/** Readers see the old file or the new one. Not flushed: a report that a power failure takes is made again at the next validation. */
function replace(file: string, content: string): void {
  const beside = `${file}.tmp-${uniqueSuffix()}`
  try {
    writeFileSync(beside, content)
    renameSync(beside, file)
  } finally {
    rmSync(beside, { force: true })
  }
}
