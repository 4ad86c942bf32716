import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { type ConfigOf, TesseraError, VISBACKENDS } from '@tessera/core'
import * as v from 'valibot'
import { flatOptions } from './flatOptions.js'
import { MlflowClient } from './mlflow/mlflowClient.js'
import { MlflowOutbox } from './mlflow/mlflowOutbox.js'
import { MlflowRun } from './mlflow/mlflowRun.js'
import type { RunOutcome, VisBackend, VisRun } from './visBackend.js'

const schema = v.strictObject({
  /** Accepted for MMEngine's recipes: a server keeps the run, not a folder. */
  save_dir: v.optional(v.nullable(v.string())),
  /** Name of the experiment that the run belongs to; made where there is none. */
  exp_name: v.optional(v.nullable(v.string())),
  /** Name of the run; the config's by default. */
  run_name: v.optional(v.nullable(v.string())),
  /** Tags of the run. */
  tags: v.optional(v.nullable(v.record(v.string(), v.string()))),
  /** Parameters besides those of the config. */
  params: v.optional(v.nullable(v.record(v.string(), v.union([v.string(), v.number(), v.boolean()])))),
  /** Address of the server, `http://…`; the environment's MLFLOW_TRACKING_URI by default. */
  tracking_uri: v.optional(v.nullable(v.string())),
  /** Which files of the run's folder (by ending) are kept as artifacts at the end. */
  artifact_suffix: v.optional(v.union([v.string(), v.array(v.string())]), ['.json', '.log', '.py', '.ts', 'yaml']),
  /** Sections of the config that become parameters; all of them by default. */
  tracked_config_keys: v.optional(v.nullable(v.array(v.string()))),
  /** Where a new experiment keeps its artifacts; the server's choice by default. */
  artifact_location: v.optional(v.nullable(v.string())),
})

type Options = v.InferOutput<typeof schema>
export interface MLflowVisBackendConfig extends ConfigOf<'MLflowVisBackend', typeof schema> {}
declare module '@tessera/core' {
  interface VisBackendTypes {
    MLflowVisBackend: MLflowVisBackendConfig
  }
}

/** Beside the run's own folder, these are what one looks at first. */
const REPORTS = ['report.html', 'report.json']

/**
 * Keeps the run at an MLflow server, over its REST API (MMEngine's MLflowVisBackend). Training never waits for the server, and goes on
 * without it; a resumed run goes on with the server's run.
 */
@VISBACKENDS.registerModule()
export class MLflowVisBackend implements VisBackend {
  static readonly schema = schema
  private readonly outbox: MlflowOutbox
  private ended = false

  constructor(
    private readonly options: Options,
    private readonly run: VisRun,
  ) {
    const uri = options.tracking_uri ?? process.env['MLFLOW_TRACKING_URI']
    if (uri === undefined)
      throw new TesseraError('INVALID_OPTIONS', {
        what: 'which MLflow server keeps the run?',
        path: 'MLflowVisBackend.tracking_uri',
        expected: 'http://… here, or in the environment as MLFLOW_TRACKING_URI',
        hint: 'mlflow server starts one at http://127.0.0.1:5000.',
      })
    const client = new MlflowClient(uri)
    const description = {
      experiment: options.exp_name ?? 'Default',
      artifactLocation: options.artifact_location ?? undefined,
      runName: options.run_name ?? run.experimentName,
      runId: run.runId,
      tags: { 'mlflow.source.name': run.experimentName, ...options.tags },
    }
    this.outbox = new MlflowOutbox(() => MlflowRun.open(client, description), client.address, run.logger)
  }

  addConfig(config: Readonly<Record<string, unknown>>, text: string | undefined): void {
    const { tracked_config_keys, params } = this.options
    const tracked =
      tracked_config_keys == null
        ? config
        : Object.fromEntries(tracked_config_keys.map((key) => [key, Object.hasOwn(config, key) ? config[key] : undefined]))
    this.outbox.addTask((run) => run.logParams({ ...flatOptions(tracked), ...params }))
    if (text !== undefined) this.addFile('config.json', Buffer.from(text))
  }

  addScalars(scalars: Readonly<Record<string, unknown>>, step: number): void {
    const timestamp = Date.now()
    this.reopen()
    this.outbox.addMetrics(
      Object.entries(scalars).flatMap(([key, value]) => (typeof value === 'number' ? [{ key, value, timestamp, step }] : [])),
    )
  }

  addImage(name: string, image: Uint8Array, step: number): void {
    this.addFile(`vis_image/${path.basename(name)}_${step}.png`, image)
  }

  addText(name: string, text: string, step: number): void {
    this.addFile(`text/${path.basename(name)}_${step}.md`, Buffer.from(text))
  }

  async close(outcome: RunOutcome): Promise<void> {
    // Not for a server that is away: reading files for it would be in vain.
    if (await this.outbox.flush()) for (const [name, file] of this.files()) this.addFile(name, readFileSync(file))
    this.outbox.addTask((run) => run.end(outcome))
    this.ended = true
    await this.outbox.flush()
    const { missing } = this.outbox
    if (missing > 0) this.run.logger.warning(`${missing} entries did not reach the MLflow server; the run's folder has them all.`)
  }

  private addFile(name: string, content: Uint8Array): void {
    this.reopen()
    this.outbox.addTask((run) => run.logArtifact(name, content))
  }

  /** What comes after an end (a test after training) belongs to a run that goes on. */
  private reopen(): void {
    if (!this.ended) return
    this.ended = false
    this.outbox.addTask((run) => run.update('RUNNING'))
  }

  /** The run's logs and its report, by the names of the artifacts. */
  private files(): [name: string, file: string][] {
    const { workDir, directory } = this.run
    const endings = [this.options.artifact_suffix].flat()
    const logDir = path.dirname(directory)
    const logs = readdirSync(logDir, { recursive: true, encoding: 'utf8' }).filter((name) =>
      endings.some((ending) => name.endsWith(ending)),
    )
    const reports = readdirSync(workDir).filter((name) => REPORTS.includes(name))
    return [
      ...logs.map((name): [string, string] => [`${path.basename(logDir)}/${name.split(path.sep).join('/')}`, path.join(logDir, name)]),
      ...reports.map((name): [string, string] => [name, path.join(workDir, name)]),
    ]
  }
}
