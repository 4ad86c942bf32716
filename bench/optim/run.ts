// npx tsx bench/optim/run.ts [--processes N] [--rounds N] [--steps N]
// Time to build ViT-L's parameter groups; an eager AdamW update of ViT-S with small parameters packed and one by one.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { medianOf, type Side, sideBySide } from '../sideBySide.js'

const { values } = parseArgs({
  options: {
    processes: { type: 'string', default: '9' },
    rounds: { type: 'string', default: '10' },
    steps: { type: 'string', default: '5' },
  },
})

/** Builds at the start of a process that count as neither cold nor warm. */
const WARM_UP = 20

interface Builds {
  readonly groups: number
  readonly times: readonly number[]
}

function builds(): Builds {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', join(import.meta.dirname, 'groups.ts'), String(WARM_UP + 40)],
    { encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
}

const processes = Array.from({ length: Number(values.processes) }, builds)
const cold = processes.flatMap(({ times }) => times.slice(0, 1))
const warm = processes.map(({ times }) => medianOf(times.slice(WARM_UP)))
process.stdout.write(
  `groups of ViT-L (${processes[0]?.groups}): first in a process ${medianOf(cold).toFixed(1)} ms (fastest ${Math.min(...cold).toFixed(1)}), ` +
    `warm ${medianOf(warm).toFixed(2)} ms (fastest process ${Math.min(...warm).toFixed(2)}), medians of ${processes.length} processes\n`,
)

const side = (name: string, ...limits: string[]): Side => ({
  name,
  command: process.execPath,
  args: ['--import', 'tsx', join(import.meta.dirname, 'adamW.ts'), ...limits],
})
const sides = [side('as built'), side('one by one', '0', '0'), side('all packed', 'Infinity', String(1 << 19))]
const measured = await sideBySide(sides, { rounds: Number(values.rounds), steps: Number(values.steps) })
const built = measured[0]?.median ?? Number.NaN
for (const { name, median, fastest } of measured) {
  process.stdout.write(
    `eager AdamW update of ViT-S, ${name}: ${median.toFixed(1)} ms (fastest ${fastest.toFixed(1)}), as built / this ${(built / median).toFixed(2)}\n`,
  )
}
