// npx tsx bench/loop/run.ts [--rounds N] [--iters N] [--batch N]
// What a framework adds to a training step (loop, hooks, log, hand-over of data): a 16×16 linear model trained by a run with its default
// hooks, less the same step called by itself, ours and MMEngine's in turns, a process each.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { mmpretrainPython } from '../firstStep/mmpretrainPython.js'
import { medianOf } from '../sideBySide.js'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    iters: { type: 'string', default: '4000' },
    batch: { type: 'string', default: '1' },
  },
})

interface Answer {
  /** Microseconds a step. */
  readonly run: number
  readonly alone: number
}

const SIDES = [
  { name: 'Tessera', command: process.execPath, args: ['--import', 'tsx', join(import.meta.dirname, 'tesseraLoop.ts')] },
  { name: 'MMEngine', command: mmpretrainPython(), args: ['-W', 'ignore', join(import.meta.dirname, 'mmengine_loop.py')] },
]
const answers = SIDES.map((): Answer[] => [])
for (let round = 0; round < Number(values.rounds); round++) {
  for (const [index, { command, args }] of SIDES.entries()) {
    const output = execFileSync(command, [...args, values.iters, values.batch], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3', OMP_NUM_THREADS: '2' },
    })
    answers[index]?.push(JSON.parse(output.trimEnd().split('\n').at(-1) ?? ''))
  }
}
for (const [index, { name }] of SIDES.entries()) {
  const of = (pick: (answer: Answer) => number) => medianOf((answers[index] ?? []).map(pick))
  process.stdout.write(
    `${name}: ${of(({ run }) => run).toFixed(0)} µs a step of a run, ${of(({ alone }) => alone).toFixed(0)} alone: ` +
      `${of(({ run, alone }) => run - alone).toFixed(0)} added (${(answers[index] ?? []).map(({ run, alone }) => (run - alone).toFixed(0)).join(' ')})\n`,
  )
}
