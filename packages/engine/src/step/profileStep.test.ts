import { beforeAll, expect, test } from '@jest/globals'
import { tf, useBackend } from '@tessera/runtime'
import { createRun } from '../run/createRun.js'
import { tinyConfig, tinyOptions } from '../testing/tinyRun.js'
import { chromeTrace, opKinds, profileText } from './profileStep.js'

let native = false
beforeAll(async () => {
  native = (await useBackend('auto')).name === 'native'
})

test('kinds: nodes of the graph and timed ops meet by name, most time first', () => {
  const ops = [
    { op: 'Add', duration: 1 },
    { op: 'MatMul', duration: 5 },
    { op: 'Add', duration: 2 },
  ]
  expect(opKinds(ops, [{ op: 'Add' }, { op: 'Const' }, { op: 'Const' }])).toEqual([
    { op: 'MatMul', inGraph: 0, runs: 1, milliseconds: 5 },
    { op: 'Add', inGraph: 1, runs: 2, milliseconds: 3 },
    { op: 'Const', inGraph: 2, runs: 0, milliseconds: 0 },
  ])
})

test('a Chrome trace has one complete event an op, in microseconds', () => {
  const trace: unknown = JSON.parse(chromeTrace([{ op: 'Add', where: 'head', start: 1.5, duration: 0.25 }]))
  expect(trace).toEqual({
    displayTimeUnit: 'ms',
    traceEvents: [{ name: 'Add', cat: 'op', ph: 'X', ts: 1500, dur: 250, pid: 1, tid: 1, args: { module: 'head' } }],
  })
})

test('the profile of a run counts what its step does, and leaves nothing behind', async () => {
  const before = tf.memory().numTensors
  const run = await createRun({ config: tinyConfig() }, tinyOptions())
  if (native) {
    const profile = await run.profile(3)
    const products = profile.kinds.find(({ op }) => op === 'MatMul')
    // Two linear layers: forward, and the gradients of both weights and of the hidden layer's output; the first has that of its input, too.
    expect(products?.runs).toBe(products?.inGraph)
    expect(products?.runs).toBeGreaterThanOrEqual(5)
    expect(profile.ops.some(({ where }) => where === 'head')).toBe(true)
    expect(profile.graph.variables).toBe(8)
    expect(profile.milliseconds.first).toBeGreaterThan(0)
    expect(profile.milliseconds.compiled).toBeGreaterThan(0)
    const text = profileText(profile)
    expect(text[0]).toMatch(/^op +in graph +runs +ms +share$/)
    expect(text.at(-1)).toMatch(/^peak memory of the process, compiled: \d+ MiB$/)
  } else await expect(run.profile(3)).rejects.toThrow(/native backend alone/)
  run.dispose()
  expect(tf.memory().numTensors).toBe(before)
})
