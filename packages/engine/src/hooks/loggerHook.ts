import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type ConfigOf, type DataSample, HOOKS, type HostBatch } from '@tessera/core'
import * as v from 'valibot'
import type { RunState } from '../run/runState.js'
import { everyNInnerIters, everyNTrainIters } from './every.js'
import { Hook, type Metrics, type TrainOutputs } from './hook.js'

const positive = v.pipe(v.number(), v.integer(), v.minValue(1))

const schema = v.strictObject({
  /** Iterations between two lines. */
  interval: v.optional(positive, 10),
  /** No line for the iterations that are left at an epoch's end. */
  ignore_last: v.optional(v.boolean(), true),
  /** Iterations between two reminders of the experiment's name. */
  interval_exp_name: v.optional(positive, 1000),
  /** At the end, copy the log files to `<out_dir>/<name of the work dir>/<time of the run>`. */
  out_dir: v.optional(v.nullable(v.string())),
  /** Which of the files (by ending) are copied. */
  out_suffix: v.optional(v.union([v.string(), v.array(v.string())]), ['.json', '.log', '.py', '.ts', 'yaml']),
  /** Whether copied files stay where they were, too. */
  keep_local: v.optional(v.boolean(), true),
  /** Metrics of validation are logged at the epoch's number (else at the iteration's). */
  log_metric_by_epoch: v.optional(v.boolean(), true),
  /** Other storage than the local disk is not offered: only null is accepted. */
  backend_args: v.optional(v.null()),
  file_client_args: v.optional(v.null()),
})

export interface LoggerHookConfig extends ConfigOf<'LoggerHook', typeof schema> {}
declare module '@tessera/core' {
  interface HookTypes {
    LoggerHook: LoggerHookConfig
  }
}

/** Writes the lines that LogProcessor makes: text to the log, scalars to the JSON lines (MMEngine's LoggerHook). */
@HOOKS.registerModule()
export class LoggerHook extends Hook {
  static readonly schema = schema
  override readonly priority = 'BELOW_NORMAL'
  private readonly options: v.InferOutput<typeof schema>

  constructor(options: v.InferOutput<typeof schema>) {
    super()
    this.options = options
  }

  override afterTrainIter(run: RunState, batchIndex: number, _batch: HostBatch, _outputs: TrainOutputs): void | Promise<void> {
    const { interval, ignore_last, interval_exp_name } = this.options
    const { progress } = run
    const isLast = progress.byEpoch ? batchIndex + 1 === progress.epochLength : progress.iter + 1 === progress.maxIters
    if (everyNTrainIters(progress, interval_exp_name) || isLast) run.logger.progress(`Exp name: ${run.experimentName}`)
    const shows = everyNInnerIters(batchIndex, interval) || (isLast && (!ignore_last || progress.epochLength <= interval))
    if (!shows) return
    const { scalars, line } = run.logProcessor.afterIter(run, batchIndex, 'train')
    run.logger.progress(line)
    run.scalarLog.add(scalars, progress.iter + 1)
    run.learningRateLog.add(run.training.optimWrapper?.paramGroups ?? [], progress.iter + 1)
    return run.visualizer.addScalars(scalars, progress.iter + 1)
  }

  override afterValIter(run: RunState, batchIndex: number, _batch: HostBatch, _outputs: readonly DataSample[]): void {
    if (everyNInnerIters(batchIndex, this.options.interval)) run.logger.progress(run.logProcessor.afterIter(run, batchIndex, 'val').line)
  }

  override afterTestIter(run: RunState, batchIndex: number, _batch: HostBatch, _outputs: readonly DataSample[]): void {
    if (everyNInnerIters(batchIndex, this.options.interval)) run.logger.progress(run.logProcessor.afterIter(run, batchIndex, 'test').line)
  }

  override afterValEpoch(run: RunState, _metrics: Metrics): Promise<void> {
    const { scalars, line } = run.logProcessor.afterEpoch(run, 'val')
    run.logger.info(line)
    const step = this.options.log_metric_by_epoch ? run.progress.epoch : run.progress.iter
    run.scalarLog.add(scalars, step)
    return run.visualizer.addScalars(scalars, step)
  }

  override afterTestEpoch(run: RunState, _metrics: Metrics): void {
    const { scalars, line } = run.logProcessor.afterEpoch(run, 'test')
    run.logger.info(line)
    writeFileSync(path.join(run.logDir, `${run.timestamp}.json`), JSON.stringify({ ...scalars, ...run.metricFacts.test }))
  }

  override beforeRun(run: RunState): void {
    if (this.options.out_dir != null) run.logger.info(`Logs will be copied to ${this.target(this.options.out_dir, run)} at the end.`)
  }

  override afterRun(run: RunState): void {
    const { out_dir, out_suffix, keep_local } = this.options
    if (out_dir == null) return
    const target = this.target(out_dir, run)
    const endings = [out_suffix].flat()
    const names = readdirSync(run.logDir, { recursive: true, encoding: 'utf8' }).filter((name) =>
      endings.some((ending) => name.endsWith(ending)),
    )
    run.logger.info(`The logs are copied to ${target}${keep_local ? '' : ', and removed here'}.`)
    if (!keep_local) run.logger.close()
    for (const name of names) {
      mkdirSync(path.dirname(path.join(target, name)), { recursive: true })
      cpSync(path.join(run.logDir, name), path.join(target, name))
      if (!keep_local) rmSync(path.join(run.logDir, name))
    }
  }

  private target(outDir: string, run: RunState): string {
    return path.join(outDir, path.basename(path.resolve(run.workDir)), run.timestamp)
  }
}
