import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { LOG_PROCESSORS, RunContainer } from '@tessera/core'
import * as v from 'valibot'
import { newProgress, type RunState } from '../run/runState.js'
import { LogProcessor } from './logProcessor.js'
import { MessageHub } from './messageHub.js'

/** What MMEngine 0.10.7's LogProcessor makes of histories, by options, moment and mode: the line, and what goes into the JSON log. */
const golden = v.parse(
  v.object({
    series: v.record(v.string(), v.array(v.number())),
    info: v.record(v.string(), v.unknown()),
    cases: v.array(
      v.object({
        options: v.looseObject({}),
        position: v.object({
          trained: v.boolean(),
          epoch: v.number(),
          iter: v.number(),
          max_epochs: v.number(),
          max_iters: v.number(),
          eta: v.nullable(v.number()),
        }),
        mode: v.picklist(['train', 'val', 'test']),
        call: v.picklist(['iter', 'epoch']),
        batch: v.number(),
        line: v.string(),
        tag: v.record(v.string(), v.unknown()),
      }),
    ),
    errors: v.array(v.object({ options: v.looseObject({}), error: v.string() })),
  }),
  JSON.parse(gunzipSync(readFileSync(new URL('../../test-data/logProcessor.json.gz', import.meta.url))).toString()),
)

type Case = (typeof golden.cases)[number]

const LENGTHS = { train: 10, val: 4, test: 4 }

function build(options: object): LogProcessor {
  const built = new RunContainer().build(LOG_PROCESSORS, { type: 'LogProcessor', ...options })
  if (!(built instanceof LogProcessor)) throw new Error('another class is registered as LogProcessor')
  return built
}

function runAt(position: Case['position']): RunState {
  const hub = new MessageHub()
  for (const [key, values] of Object.entries(golden.series)) for (const value of values) hub.updateScalar(key, value)
  if (position.eta !== null) hub.updateInfo('eta', position.eta)
  const factsOf = (mode: string) =>
    Object.fromEntries(
      Object.entries(golden.info).flatMap(([key, value]) => (key.startsWith(`${mode}/`) ? [[key.slice(mode.length + 1), value]] : [])),
    )
  return {
    hub,
    progress: {
      ...newProgress(),
      epoch: position.epoch,
      iter: position.iter,
      maxEpochs: position.max_epochs,
      maxIters: position.max_iters,
      epochLength: LENGTHS.train,
    },
    loaders: Object.fromEntries(Object.entries(LENGTHS).map(([mode, length]) => [mode, { length }])),
    metricFacts: { val: factsOf('val'), test: factsOf('test') },
    // What a log processor reads of a run.
  } as unknown as RunState
}

describe('lines and JSON as MMEngine makes them', () => {
  test.each(golden.cases.map((one, index) => [`${index}: ${one.mode} ${one.call} ${JSON.stringify(one.options)}`, one] as const))(
    '%s',
    (_, one) => {
      const { options, position, mode, call, batch, line, tag } = one
      const run = runAt(position)
      const processor = build(options)
      const entry = call === 'iter' ? processor.afterIter(run, batch, mode) : processor.afterEpoch(run, mode === 'train' ? 'val' : mode)
      expect(entry.line).toBe(line)
      const facts = Object.entries(run.metricFacts.test ?? {}).map(([key, value]) => [
        options['log_with_hierarchy'] ? `test/${key}` : key,
        value,
      ])
      const made: Record<string, unknown> = { ...entry.scalars, ...(mode === 'test' && call === 'epoch' && Object.fromEntries(facts)) }
      expect(Object.keys(made).sort()).toEqual(Object.keys(tag).sort())
      for (const [key, value] of Object.entries(tag)) {
        if (typeof value === 'number') expect(made[key]).toBeCloseTo(value, 9)
        else expect(made[key]).toEqual(value)
      }
    },
  )
  test('there are many', () => expect(golden.cases.length).toBeGreaterThan(150))
})

test.each(golden.errors)('$error for $options', ({ options }) => {
  expect(() => build(options)).toThrow()
})
