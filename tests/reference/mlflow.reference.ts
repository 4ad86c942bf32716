import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import * as v from 'valibot'
import { pythonEnvironment } from './pythonEnvironment.js'
import { smallRun } from './smallRun.js'

/** What MLflow's own client finds at a server, as JSON. */
const READER = `
import json, sys
from mlflow import MlflowClient
client = MlflowClient(sys.argv[1])
experiment = client.get_experiment_by_name('digits')
answer = []
for run in client.search_runs([experiment.experiment_id]):
    metrics = {key: [[m.step, m.value] for m in client.get_metric_history(run.info.run_id, key)] for key in run.data.metrics}
    def walk(path=None):
        for item in client.list_artifacts(run.info.run_id, path):
            if item.is_dir: yield from walk(item.path)
            else: yield item.path
    artifacts = list(walk())
    config = json.load(open(client.download_artifacts(run.info.run_id, 'config.json')))
    answer.append({'name': run.info.run_name, 'status': run.info.status, 'params': run.data.params, 'metrics': metrics, 'artifacts': artifacts, 'config': config})
print(json.dumps(answer))
`

const read = v.array(
  v.object({
    name: v.string(),
    status: v.string(),
    params: v.record(v.string(), v.string()),
    metrics: v.record(v.string(), v.array(v.tuple([v.number(), v.nullable(v.number())]))),
    artifacts: v.array(v.string()),
    config: v.record(v.string(), v.unknown()),
  }),
)

const folder = mkdtempSync(join(tmpdir(), 'tessera-mlflow-'))
let programs = ''
let server: ChildProcess | undefined
let address = ''

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const found = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  return typeof found === 'object' && found !== null ? found.port : 0
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  )
}

beforeAll(async () => {
  programs = pythonEnvironment('mlflow-3.17.2', ['mlflow==3.17.2', 'setuptools<81'])
  const port = await freePort()
  address = `http://127.0.0.1:${port}`
  const args = ['server', '--host', '127.0.0.1', '--port', String(port), '--backend-store-uri', `sqlite:///${folder}/runs.db`]
  // A group of its own: the server is several processes.
  server = spawn(join(programs, 'mlflow'), [...args, '--artifacts-destination', join(folder, 'artifacts'), '--workers', '1'], {
    detached: true,
    stdio: 'ignore',
    cwd: folder,
  })
  const until = Date.now() + 180_000
  while (!(await answers(`${address}/health`))) {
    if (Date.now() > until || server.exitCode !== null) throw new Error('mlflow server does not start')
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}, 900_000)

afterAll(async () => {
  const { pid } = server ?? {}
  const ended = new Promise((resolve) => server?.once('exit', resolve))
  if (pid !== undefined) process.kill(-pid, 'SIGTERM')
  await ended
  rmSync(folder, { recursive: true, force: true })
})

test('an MLflow server keeps a run: parameters, metrics, files, its end', async () => {
  const workDir = await smallRun({
    vis_backends: [
      { type: 'LocalVisBackend' },
      { type: 'MLflowVisBackend', tracking_uri: address, exp_name: 'digits', run_name: 'first', params: { note: 'ä'.repeat(7000) } },
    ],
    custom_hooks: [{ type: 'VisualizationHook', enable: true, interval: 50 }],
  })
  rmSync(workDir, { recursive: true })
  const { status, stdout, stderr } = spawnSync(join(programs, 'python'), ['-c', READER, address], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: { ...process.env, MLFLOW_TRACKING_URI: address },
  })
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' })
  const runs = v.parse(read, JSON.parse(stdout))
  expect(runs.map(({ name, status: end }) => [name, end])).toEqual([['first', 'FINISHED']])
  const [run] = runs
  expect(run?.params).toMatchObject({
    'optim_wrapper.optimizer.lr': '0.004',
    'optim_wrapper.constructor': 'LearningRateDecayOptimWrapperConstructor',
    'optim_wrapper.paramwise_cfg.custom_keys..cls_token.decay_mult': '0',
  })
  expect(run?.metrics['loss']?.map(([step]) => step)).toEqual([2, 4, 6, 8, 10, 12, 14, 16, 18])
  expect(run?.metrics['accuracy/top1']?.map(([step]) => step)).toEqual([1, 2, 3])
  expect(run?.config['train_cfg']).toMatchObject({ max_epochs: 3 })
  expect(run?.artifacts.some((name) => /^vis_image\/val_.*\.png$/.test(name))).toBe(true)
  expect(run?.artifacts.some((name) => /^\d{8}_\d{6}\/\d{8}_\d{6}\.log$/.test(name))).toBe(true)
}, 600_000)
