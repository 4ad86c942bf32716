// npx tsx bench/optim/run.ts [--what groups,eager,compiled] [--processes N] [--rounds N] [--steps N]
// Time to build ViT-L's parameter groups; an eager AdamW update of ViT-S with small parameters packed and one by one; the same update in a
// compiled step, beside PyTorch's.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { medianOf, type Side, sideBySide } from '../sideBySide.js'
import { torchPython } from '../torchPython.js'

const { values } = parseArgs({
  options: {
    what: { type: 'string', default: 'groups,eager,compiled' },
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

function reportGroups(): void {
  const processes = Array.from({ length: Number(values.processes) }, builds)
  const cold = processes.flatMap(({ times }) => times.slice(0, 1))
  const warm = processes.map(({ times }) => medianOf(times.slice(WARM_UP)))
  process.stdout.write(
    `groups of ViT-L (${processes[0]?.groups}): first in a process ${medianOf(cold).toFixed(1)} ms (fastest ${Math.min(...cold).toFixed(1)}), ` +
      `warm ${medianOf(warm).toFixed(2)} ms (fastest process ${Math.min(...warm).toFixed(2)}), medians of ${processes.length} processes\n`,
  )
}

/** The first side is what the others are compared with. */
async function reportUpdates(title: string, sides: readonly Side[]): Promise<void> {
  const measured = await sideBySide(sides, { rounds: Number(values.rounds), steps: Number(values.steps) })
  const built = measured[0]?.median ?? Number.NaN
  for (const { name, median, fastest } of measured) {
    process.stdout.write(
      `${title}, ${name}: ${median.toFixed(1)} ms (fastest ${fastest.toFixed(1)}), as built / this ${(built / median).toFixed(2)}\n`,
    )
  }
}

const ours = (name: string, file: string, ...args: string[]): Side => ({
  name,
  command: process.execPath,
  args: ['--import', 'tsx', join(import.meta.dirname, file), ...args],
})
/** ViT-S: width, layers, heads, image. */
const SIZES = ['384', '12', '6', '224']

const REPORTS: Readonly<Record<string, () => void | Promise<void>>> = {
  groups: reportGroups,
  eager: () =>
    reportUpdates('eager AdamW update of ViT-S', [
      ours('as built', 'adamW.ts'),
      ours('one by one', 'adamW.ts', '0', '0'),
      ours('all packed', 'adamW.ts', 'Infinity', String(1 << 19)),
    ]),
  compiled: () => {
    const torch = (name: string, ...flags: string[]): Side => ({
      name,
      command: torchPython(),
      args: [join(import.meta.dirname, '../step/torch_step.py'), ...SIZES, '8', 'update', ...flags],
    })
    return reportUpdates('compiled AdamW update of ViT-S', [
      ours('as built', 'update.ts', ...SIZES),
      ours('by plain ops', 'update.ts', ...SIZES, 'plain'),
      torch('PyTorch fused'),
      torch('PyTorch foreach', 'foreach'),
    ])
  },
}

for (const what of values.what.split(',')) {
  const report = REPORTS[what]
  if (report === undefined) throw new Error(`--what knows ${Object.keys(REPORTS).join(', ')}, not '${what}'`)
  await report()
}
