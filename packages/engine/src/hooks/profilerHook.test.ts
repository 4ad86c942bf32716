import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { useBackend } from '@tessera/runtime'
import { profilePhase } from '../profiling/schedule.js'
import { traceTable } from '../profiling/trace.js'
import { recordedRun } from '../testing/recordedRun.js'
import { tinyConfig } from '../testing/tinyRun.js'

beforeAll(() => useBackend('auto'))

test.each([
  [{ wait: 1, warmup: 1, active: 2, repeat: 0, skip_first: 0 }, '--rs--rs--rs'],
  [{ wait: 1, warmup: 1, active: 2, repeat: 1, skip_first: 1 }, '---rs-------'],
  [{ wait: 0, warmup: 0, active: 1, repeat: 2, skip_first: 3 }, '---ss-------'],
])('the phases of %j', (schedule, expected) => {
  const letters = { idle: '-', record: 'r', 'record and save': 's' }
  expect(Array.from({ length: 12 }, (_, step) => letters[profilePhase(step, schedule)]).join('')).toBe(expected)
})

test('a table sorted as asked, with shares of the whole', () => {
  const span = (name: string, duration: number) => ({ name, category: 'hook' as const, start: 0, duration })
  const trace = { spans: [span('many', 1), span('many', 1), span('long', 6)], memory: [] }
  expect(
    traceTable(trace)
      .split('\n')
      .map((line) => line.trim().split(/ {2,}/)),
  ).toEqual([
    ['name', 'calls', 'total ms', 'mean ms', 'share'],
    ['long', '1', '6.00', '6.000', '75.0 %'],
    ['many', '2', '2.00', '1.000', '25.0 %'],
  ])
  expect(traceTable(trace, 'count', 1).split('\n')[1]).toMatch(/^many/)
})

describe('in a run', () => {
  const profiled = (options: object) =>
    recordedRun(tinyConfig({ train_cfg: { by_epoch: true, max_epochs: 2 }, custom_hooks: [{ type: 'ProfilerHook', ...options }] }))
  const namesOf = (file: string): string[] =>
    JSON.parse(readFileSync(file, 'utf8')).traceEvents.flatMap(({ ph, name }: { ph: string; name: string }) => (ph === 'M' ? [] : [name]))

  test('the first epoch: steps, data, hooks and memory, and no number is another', async () => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'tessera-profile-')), 'deep/trace.json')
    const plain = await recordedRun(tinyConfig({ train_cfg: { by_epoch: true, max_epochs: 2 } }))
    const { losses, lines } = await profiled({ json_trace_path: file, profile_memory: true, on_trace_ready: { type: 'log_trace' } })
    expect(losses).toEqual(plain.losses)
    const names = namesOf(file)
    const count = (name: string) => names.filter((one) => one === name).length
    expect([count('step'), count('data'), count('tensors')]).toEqual([7, 7, 7])
    expect(count('LoggerHook.afterTrainIter')).toBe(7)
    expect(lines.some((line) => /^step +7 /.test(line))).toBe(true)
  })

  test('so many iterations, in cycles, each to a file of its own', async () => {
    const { state } = await profiled({
      by_epoch: false,
      profile_times: 9,
      schedule: { wait: 1, active: 2, repeat: 2 },
      on_trace_ready: { type: 'tb_trace', worker_name: 'me' },
    })
    const folder = path.join(state.logDir, 'tf_tracing_logs')
    const files = readdirSync(folder)
    expect(files.every((name) => /^me\.\d+\.pt\.trace\.json$/.test(name))).toBe(true)
    expect(files.map((name) => namesOf(path.join(folder, name)).filter((one) => one === 'step').length)).toEqual([2, 2])
  })

  test.each([
    [{ profile_times: 2 }, /one epoch says it all/],
    [{ by_epoch: false, profile_times: 99 }, /fewer iterations than are to be profiled/],
    [{ activity_with_cuda: true }, /there is no CUDA here/],
    [{ record_shapes: true }, /tools\/profile_step\.ts/],
    [{ on_trace_ready: { type: 'log_tracer' } }, /log_trace/],
  ])('%j is refused', async (options, message) => {
    await expect(profiled(options)).rejects.toThrow(message)
  })
})
