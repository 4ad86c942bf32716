// npx tsx bench/deterministic/run.ts [--case N] [--rounds N] [--steps N]
// What `randomness.deterministic` costs: training steps with and without it, in turns, compiled and op by op.
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Side, sideBySide } from '../sideBySide.js'

const { values } = parseArgs({
  options: { case: { type: 'string' }, rounds: { type: 'string', default: '6' }, steps: { type: 'string', default: '3' } },
})
const VIT = ['step/tesseraStep.ts', '64', '6', '4', '128', '32', 'train']
const RESNET = ['models/tesseraModel.ts', 'resnet50', '8', 'fp32']
const CASES: readonly (readonly [name: string, program: readonly string[]])[] = [
  ['ViT D64 L6 T65 B32, compiled', VIT],
  ['ViT D64 L6 T65 B32, op by op', [...VIT, 'eager']],
  ['ResNet-50 B8, compiled', RESNET],
  ['ResNet-50 B8, op by op', [...RESNET, 'eager']],
]

for (const [name, [program = '', ...args]] of CASES.filter((_, index) => values.case === undefined || values.case === String(index))) {
  const side = (...flags: string[]): Side => ({
    name: flags[0] ?? 'as it is',
    command: process.execPath,
    args: ['--import', 'tsx', join(import.meta.dirname, '..', program), ...args, ...flags],
  })
  const [free, bound] = await sideBySide([side(), side('deterministic')], { rounds: Number(values.rounds), steps: Number(values.steps) })
  if (free === undefined || bound === undefined) throw new TypeError('a side is missing')
  process.stdout.write(
    `${name}: ${free.median.toFixed(1)} ms, deterministic ${bound.median.toFixed(1)} ms: ${(bound.median / free.median).toFixed(2)} × ` +
      `(of the fastest ${(bound.fastest / free.fastest).toFixed(2)})\n`,
  )
}
