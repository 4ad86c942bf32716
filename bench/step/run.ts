// npx tsx bench/step/run.ts [--case N] [--what fp32,bf16,cut,cutbf16,eager,predict1,predict32,predict1cut,predict32cut] [--rounds N] [--steps N] [--eager] [--out FILE]
// The work is the same on both sides, but where `cut` is said: there our last block computes the class token alone, as it does outside of the bench.
// --eager leaves torch.compile out, which takes a minute to start.
// Training steps of Tessera and of PyTorch, side by side. Results are medians; each ratio is of one and the same run.
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Measured, type Side, sideBySide } from '../sideBySide.js'
import { torchPython } from '../torchPython.js'
import { CASES, type Case } from './cases.js'

const { values } = parseArgs({
  options: {
    case: { type: 'string' },
    what: { type: 'string', default: 'fp32,bf16' },
    rounds: { type: 'string', default: '6' },
    steps: { type: 'string', default: '3' },
    out: { type: 'string' },
    eager: { type: 'boolean', default: false },
  },
})
const python = torchPython()

const sizes = ({ width, layers, heads, image, batch }: Case) => [width, layers, heads, image, batch].map(String)
const ours = (name: string, of: Case, mode: string, ...flags: string[]): Side => ({
  name,
  command: process.execPath,
  args: ['--import', 'tsx', join(import.meta.dirname, 'tesseraStep.ts'), ...sizes(of), mode, ...flags],
})
const torch = (name: string, of: Case, mode: string, ...flags: string[]): Side => ({
  name,
  command: python,
  args: [join(import.meta.dirname, 'torch_step.py'), ...sizes(of), mode, ...flags],
})

const predict = (of: Case, ...flags: string[]) => [ours('Tessera', of, 'predict', ...flags), torch('PyTorch', of, 'predict')]

/** What is measured together. The first is ours; the others are what it is divided by. */
const GROUPS: Readonly<Record<string, (of: Case) => readonly Side[]>> = {
  fp32: (of) => [
    ours('Tessera', of, 'train'),
    torch('PyTorch', of, 'train'),
    ...(values.eager ? [] : [torch('torch.compile', of, 'train', 'compile')]),
    ours('products', of, 'products'),
  ],
  bf16: (of) => [
    ours('Tessera --amp', of, 'train', 'bf16'),
    torch('PyTorch autocast', of, 'train', 'bf16'),
    ...(values.eager ? [] : [torch('torch.compile autocast', of, 'train', 'bf16', 'compile')]),
    ours('products bf16', of, 'products', 'bf16'),
  ],
  cut: (of) => [ours('Tessera, cut', of, 'train', 'cut'), ours('Tessera', of, 'train'), torch('PyTorch', of, 'train')],
  cutbf16: (of) => [
    ours('Tessera --amp, cut', of, 'train', 'bf16', 'cut'),
    ours('Tessera --amp', of, 'train', 'bf16'),
    torch('PyTorch autocast', of, 'train', 'bf16'),
  ],
  eager: (of) => [ours('Tessera', of, 'train'), ours('op by op', of, 'train', 'eager')],
  predict1: (of) => predict({ ...of, batch: 1 }),
  predict32: (of) => predict({ ...of, batch: 32 }),
  predict1cut: (of) => predict({ ...of, batch: 1 }, 'cut'),
  predict32cut: (of) => predict({ ...of, batch: 32 }, 'cut'),
}

for (const of of CASES.filter((_, index) => values.case === undefined || values.case === String(index))) {
  for (const what of values.what.split(',')) {
    const sides = GROUPS[what]
    if (sides === undefined) throw new Error(`--what knows ${Object.keys(GROUPS).join(', ')}, not '${what}'`)
    report(`${of.name}, ${what}`, await sideBySide(sides(of), { rounds: Number(values.rounds), steps: Number(values.steps) }))
  }
}

function report(title: string, measured: readonly Measured[]): void {
  const [first, ...peers] = measured
  if (first === undefined) return
  const row = ({ name, median, fastest, first, resident, peak }: Measured) =>
    `${name} ${median.toFixed(1)} ms (fastest ${fastest.toFixed(1)}, first ${first.toFixed(0)} ms, resident ${resident.toFixed(0)} MB, peak ${peak.toFixed(0)} MB)`
  // On a busy machine the fastest steps say more than the medians.
  const ratios = peers.map(
    (peer) => `${(first.median / peer.median).toFixed(2)} × ${peer.name} (of the fastest ${(first.fastest / peer.fastest).toFixed(2)})`,
  )
  process.stdout.write(`${title}: ${measured.map(row).join('; ')}\n  ${ratios.join(', ')}\n`)
  if (values.out !== undefined) appendFileSync(values.out, `${JSON.stringify({ title, measured })}\n`)
}
