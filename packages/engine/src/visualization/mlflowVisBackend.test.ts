import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { RunContainer, SILENT_LOGGER } from '@tessera/core'
import { useBackend } from '@tessera/runtime'
import { MlflowStub } from '../testing/mlflowStub.js'
import { recordedRun } from '../testing/recordedRun.js'
import { tinyConfig, tinyOptions } from '../testing/tinyRun.js'
import { buildVisualizer } from './buildVisualizer.js'
import { MlflowClient, MlflowRefused, MlflowUnreachable } from './mlflow/mlflowClient.js'
import { MlflowOutbox } from './mlflow/mlflowOutbox.js'
import { artifactTarget, type Metric, type MlflowRun, nameFor } from './mlflow/mlflowRun.js'

beforeAll(() => useBackend('auto'))

const stub = { current: new MlflowStub() }
let address = ''
beforeEach(async () => {
  stub.current = new MlflowStub()
  address = await stub.current.start()
})
afterEach(() => stub.current.stop())

const backends = (tracking_uri: string) => ({
  vis_backends: [
    { type: 'MLflowVisBackend', tracking_uri, exp_name: 'digits', run_name: 'first', tags: { team: 'a' }, params: { note: 'x' } },
  ],
  default_hooks: { logger: { interval: 2 } },
  train_cfg: { by_epoch: true, max_epochs: 2 },
})

test('a run with its parameters, metrics, files and end', async () => {
  const { state } = await recordedRun(tinyConfig(backends(address)))
  const { runs, experiments, artifacts } = stub.current
  expect([...experiments]).toEqual([['digits', '1']])
  const [run] = runs
  expect(runs).toHaveLength(1)
  expect(run?.status).toBe('FINISHED')
  expect(run?.tags).toMatchObject({ 'mlflow.runName': 'first', team: 'a', 'tessera.run_id': state.runId })
  expect(run?.params).toMatchObject({ 'optim_wrapper.lr': '0.05', 'model.type': 'TinyModel', 'randomness.seed': '7', note: 'x' })
  const logged = state.hub.getScalar('val/accuracy/top1').data().values
  expect(run?.metrics.filter(({ key }) => key === 'accuracy/top1').map(({ step, value }) => [step, value])).toEqual([
    [1, logged[0]],
    [2, logged[1]],
  ])
  expect(run?.metrics.filter(({ key }) => key === 'loss').map(({ step }) => step)).toEqual([2, 4, 6, 9, 11, 13])
  const names = [...artifacts.keys()].map((name) => name.replace('1/run0/artifacts/', ''))
  expect(names).toContain('config.json')
  expect(names).toContain(`${state.timestamp}/${state.timestamp}.log`)
})

test('a resumed run goes on with the same one, an interrupted one is killed', async () => {
  const options = tinyOptions()
  await recordedRun(tinyConfig(backends(address)), options, { stopAt: 3 })
  expect(stub.current.runs.map(({ status }) => status)).toEqual(['KILLED'])
  const { state } = await recordedRun(tinyConfig({ ...backends(address), resume: true }), tinyOptions(options.workDir))
  expect(stub.current.runs.map(({ status }) => status)).toEqual(['FINISHED'])
  expect(stub.current.runs[0]?.params['resume']).toBe('true')
  expect(stub.current.runs[0]?.metrics.filter(({ key }) => key === 'loss').map(({ step }) => step)).toEqual([2, 4, 6, 9, 11, 13])
  expect(state.progress.epoch).toBe(2)
})

test('without a server there is one warning, and the run goes on', async () => {
  await stub.current.stop()
  const options = tinyOptions()
  const plain = await recordedRun(tinyConfig({ train_cfg: { by_epoch: true, max_epochs: 2 } }))
  const { losses, lines } = await recordedRun(tinyConfig(backends(address)), options)
  expect(losses).toEqual(plain.losses)
  expect(lines.filter((line) => line.includes('cannot be used'))).toHaveLength(1)
  expect(lines.filter((line) => line.includes('WARNING'))).toEqual([
    expect.stringContaining(`The MLflow server ${address} cannot be used`),
    expect.stringMatching(/\d+ entries did not reach the MLflow server; the run's folder has them all/),
  ])
})

test('a run that fails is marked as failed', async () => {
  await expect(recordedRun(tinyConfig({ ...backends(address), model: { type: 'TinyModel', poison_at: 5 } }))).rejects.toThrow()
  expect(stub.current.runs.map(({ status }) => status)).toEqual(['FAILED'])
})

describe('the outbox', () => {
  const metric = (step: number): Metric => ({ key: 'loss', value: step, timestamp: 0, step })
  function outboxOf(run: Partial<MlflowRun>, time: { now: number }) {
    const warnings: string[] = []
    const logger = { ...SILENT_LOGGER, warning: (text: string) => void warnings.push(text) }
    return {
      warnings,
      outbox: new MlflowOutbox(
        async () => run as MlflowRun,
        'http://stub',
        logger,
        () => time.now,
      ),
    }
  }

  test('keeps what a server that is away misses, asks seldom, and sends all when it is back', async () => {
    const time = { now: 0 }
    let attempts = 0
    let isAway = true
    const sent: number[] = []
    const { outbox, warnings } = outboxOf(
      {
        async logMetrics(metrics) {
          attempts++
          if (isAway) throw new MlflowUnreachable('away')
          sent.push(...metrics.map(({ step }) => step))
        },
      },
      time,
    )
    for (let step = 1; step <= 3; step++) {
      outbox.addMetrics([metric(step)])
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect({ attempts, missing: outbox.missing }).toEqual({ attempts: 1, missing: 3 })
    isAway = false
    time.now += 31_000
    outbox.addMetrics([metric(4)])
    expect(await outbox.flush()).toBe(true)
    expect(sent).toEqual([1, 2, 3, 4])
    expect(warnings).toHaveLength(1)
    expect(outbox.missing).toBe(0)
  })

  test('drops what the server refuses, with one warning a reason, and goes on', async () => {
    const sent: number[] = []
    const { outbox, warnings } = outboxOf({ logMetrics: async (metrics) => void sent.push(metrics.length) }, { now: 0 })
    for (let time = 0; time < 3; time++) outbox.addTask(() => Promise.reject(new MlflowRefused('X', 'no such store')))
    outbox.addMetrics(Array.from({ length: 2500 }, (_, step) => metric(step)))
    expect(await outbox.flush()).toBe(true)
    expect(sent).toEqual([1000, 1000, 500])
    expect(warnings).toEqual(['The MLflow server http://stub refuses something: no such store'])
    expect(outbox.missing).toBe(3)
  })
})

describe('the client', () => {
  test('says who the user is, and never in a message', async () => {
    const client = new MlflowClient(address.replace('//', '//ann:s%40ve@'), {})
    stub.current.experiments.set('x', '7')
    const schema = (await import('valibot')).unknown()
    await client.get('experiments/get-by-name', { experiment_name: 'x' }, schema)
    await new MlflowClient(address, { MLFLOW_TRACKING_TOKEN: 't' }).get('experiments/get-by-name', { experiment_name: 'x' }, schema)
    expect([...stub.current.authorizations]).toEqual([`Basic ${Buffer.from('ann:s@ve').toString('base64')}`, 'Bearer t'])
    expect(client.address).toBe(address)
  })

  test.each([
    [503, MlflowUnreachable],
    [429, MlflowUnreachable],
    [403, MlflowRefused],
  ])('status %i', async (status, kind) => {
    stub.current.trouble = status
    const schema = (await import('valibot')).unknown()
    await expect(new MlflowClient(address, {}).get('x', {}, schema)).rejects.toBeInstanceOf(kind)
  })
})

test.each([
  ['mlflow-artifacts:/1/abc/artifacts', true, { kind: 'server', path: '1/abc/artifacts' }],
  ['mlflow-artifacts://host:5000/1/abc/artifacts', false, { kind: 'server', path: '1/abc/artifacts' }],
  ['file:///tmp/a%20b', true, { kind: 'folder', path: '/tmp/a b' }],
  ['/tmp/runs', true, { kind: 'folder', path: '/tmp/runs' }],
  // A folder of another machine is not one of ours.
  ['/tmp/runs', false, { kind: 'elsewhere', uri: '/tmp/runs' }],
  ['s3://bucket/x', true, { kind: 'elsewhere', uri: 's3://bucket/x' }],
])('artifacts of %s (server here: %s)', (uri, isLocal, expected) => expect(artifactTarget(uri, isLocal)).toEqual(expected))

test('names as the server takes them', () => {
  expect(nameFor('custom_keys.(a|b)*.lr')).toBe('custom_keys._a_b__.lr')
  expect(nameFor('accuracy/top1')).toBe('accuracy/top1')
})

test.each([
  ['no address at all', {}, /MLflowVisBackend\.tracking_uri: which MLflow server/],
  ['a folder', { tracking_uri: 'file:///tmp/mlruns' }, /not the address of an MLflow server/],
])('%s is an error', (_, options, message) => {
  const run = { directory: '', workDir: '', experimentName: 'x', runId: 'r', logger: SILENT_LOGGER }
  expect(() => buildVisualizer({ vis_backends: [{ type: 'MLflowVisBackend', ...options }] }, run, new RunContainer())).toThrow(message)
})
