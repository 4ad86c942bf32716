import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import * as v from 'valibot'
import type { RunOutcome } from '../visBackend.js'
import { type MlflowClient, MlflowRefused } from './mlflowClient.js'

/** What the server takes in one request. */
export const MAX_METRICS = 1000
const MAX_PARAMS = 100
const MAX_VALUE = 6000
const MAX_KEY = 250

const RUN_TAG = 'tessera.run_id'

export interface RunDescription {
  readonly experiment: string
  readonly artifactLocation: string | undefined
  readonly runName: string
  /** The same for a run and all its resumptions, which go on with one run of the server. */
  readonly runId: string
  readonly tags: Readonly<Record<string, string>>
}

export interface Metric {
  readonly key: string
  readonly value: number
  /** Milliseconds since 1970. */
  readonly timestamp: number
  readonly step: number
}

const experimentAnswer = v.object({ experiment: v.object({ experiment_id: v.string() }) })
const runSchema = v.object({
  info: v.object({ run_id: v.string(), artifact_uri: v.string() }),
  data: v.optional(v.object({ params: v.optional(v.array(v.object({ key: v.string() })), []) }), {}),
})

/** A run on the server. */
export class MlflowRun {
  private constructor(
    private readonly client: MlflowClient,
    private readonly id: string,
    private readonly artifactUri: string,
    /** Parameters cannot be changed: a resumed run has them already. */
    private readonly known: Set<string>,
  ) {}

  /** The run that this one resumes, or a new one; the experiment is made where there is none of its name. */
  static async open(client: MlflowClient, description: RunDescription): Promise<MlflowRun> {
    const experiment = await experimentId(client, description)
    const search = { experiment_ids: [experiment], filter: `tags.\`${RUN_TAG}\` = '${description.runId}'`, max_results: 1 }
    const { runs } = await client.post('runs/search', search, v.object({ runs: v.optional(v.array(runSchema), []) }))
    const [resumed] = runs
    if (resumed !== undefined) {
      const run = MlflowRun.of(client, resumed)
      await run.update('RUNNING')
      return run
    }
    const tags = { 'mlflow.runName': description.runName, 'mlflow.source.type': 'LOCAL', ...description.tags, [RUN_TAG]: description.runId }
    const created = await client.post(
      'runs/create',
      {
        experiment_id: experiment,
        start_time: Date.now(),
        run_name: description.runName,
        tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
      },
      v.object({ run: runSchema }),
    )
    return MlflowRun.of(client, created.run)
  }

  private static of(client: MlflowClient, { info, data }: v.InferOutput<typeof runSchema>): MlflowRun {
    return new MlflowRun(client, info.run_id, info.artifact_uri, new Set((data.params ?? []).map(({ key }) => key)))
  }

  async logParams(params: Readonly<Record<string, string | number | boolean>>): Promise<void> {
    const named = Object.entries(params).map(([key, value]) => ({ key: nameFor(key), value: String(value).slice(0, MAX_VALUE) }))
    const fresh = [...new Map(named.filter(({ key }) => !this.known.has(key)).map((param) => [param.key, param])).values()]
    for (let at = 0; at < fresh.length; at += MAX_PARAMS) {
      const batch = fresh.slice(at, at + MAX_PARAMS)
      await this.client.post('runs/log-batch', { run_id: this.id, params: batch }, v.unknown())
      for (const { key } of batch) this.known.add(key)
    }
  }

  /** @param metrics at most MAX_METRICS */
  async logMetrics(metrics: readonly Metric[]): Promise<void> {
    // JSON has no NaN; protobuf's JSON writes it as text.
    const sent = metrics.map((metric) => ({
      ...metric,
      key: nameFor(metric.key),
      value: Number.isFinite(metric.value) ? metric.value : String(metric.value),
    }))
    await this.client.post('runs/log-batch', { run_id: this.id, metrics: sent }, v.unknown())
  }

  /** @param name below the run's artifacts, with slashes */
  async logArtifact(name: string, content: Uint8Array): Promise<void> {
    const target = artifactTarget(this.artifactUri, this.client.isLocal)
    if (target.kind === 'server') return this.client.putArtifact(`${target.path}/${name}`, content)
    if (target.kind === 'elsewhere') throw new MlflowRefused('ARTIFACT_STORE', `artifacts go to ${target.uri}, not through the server`)
    const file = path.join(target.path, name)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, content)
  }

  async end(outcome: RunOutcome): Promise<void> {
    await this.update(({ finished: 'FINISHED', stopped: 'KILLED', failed: 'FAILED' } as const)[outcome], Date.now())
  }

  async update(status: 'RUNNING' | 'FINISHED' | 'KILLED' | 'FAILED', endTime?: number): Promise<void> {
    await this.client.post('runs/update', { run_id: this.id, status, ...(endTime !== undefined && { end_time: endTime }) }, v.unknown())
  }
}

async function experimentId(client: MlflowClient, { experiment, artifactLocation }: RunDescription): Promise<string> {
  const find = async () =>
    (await client.get('experiments/get-by-name', { experiment_name: experiment }, experimentAnswer)).experiment.experiment_id
  try {
    return await find()
  } catch (error) {
    if (!(error instanceof MlflowRefused) || error.code !== 'RESOURCE_DOES_NOT_EXIST') throw error
  }
  try {
    const body = { name: experiment, ...(artifactLocation !== undefined && { artifact_location: artifactLocation }) }
    return (await client.post('experiments/create', body, v.object({ experiment_id: v.string() }))).experiment_id
  } catch (error) {
    // Another run made it meanwhile.
    if (error instanceof MlflowRefused && error.code === 'RESOURCE_ALREADY_EXISTS') return find()
    throw error
  }
}

/** Where a run's artifacts go: through the server, into a folder of this machine, or to a store that only MLflow's own client knows. */
export function artifactTarget(
  uri: string,
  isLocal: boolean,
): { kind: 'server'; path: string } | { kind: 'folder'; path: string } | { kind: 'elsewhere'; uri: string } {
  if (uri.startsWith('mlflow-artifacts:')) {
    const below = uri.slice('mlflow-artifacts:'.length).replace(/^\/\/[^/]*/, '')
    return { kind: 'server', path: below.replace(/^\/+/, '') }
  }
  if (isLocal && uri.startsWith('file:')) return { kind: 'folder', path: fileURLToPath(uri) }
  if (isLocal && path.isAbsolute(uri)) return { kind: 'folder', path: uri }
  return { kind: 'elsewhere', uri }
}

/** A name as MLflow accepts it: letters, digits, `_ - . / :` and spaces. */
export function nameFor(key: string): string {
  return key.replace(/[^\w\-. /:]/g, '_').slice(0, MAX_KEY)
}
