// npx tsx bench/models/run.ts [--case N] [--what fp32,bf16] [--rounds N] [--steps N]
// Training steps of convolutional and windowed models, of Tessera and of PyTorch with torchvision, side by side: the same images, optimizer, threads.
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { mmpretrainPython } from '../firstStep/mmpretrainPython.js'
import { type Side, sideBySide } from '../sideBySide.js'
import { MODELS, type ModelName } from './models.js'

const { values } = parseArgs({
  options: {
    case: { type: 'string' },
    what: { type: 'string', default: 'fp32' },
    rounds: { type: 'string', default: '4' },
    steps: { type: 'string', default: '3' },
  },
})
const python = mmpretrainPython()
const names = (Object.keys(MODELS) as ModelName[]).filter((_, index) => values.case === undefined || values.case === String(index))

for (const name of names) {
  for (const what of values.what.split(',')) {
    const args = [name, String(MODELS[name].batch), what]
    const sides: Side[] = [
      { name: 'Tessera', command: process.execPath, args: ['--import', 'tsx', join(import.meta.dirname, 'tesseraModel.ts'), ...args] },
      { name: 'PyTorch', command: python, args: [join(import.meta.dirname, 'torch_model.py'), ...args] },
    ]
    const [ours, theirs] = await sideBySide(sides, { rounds: Number(values.rounds), steps: Number(values.steps) })
    if (ours === undefined || theirs === undefined) throw new TypeError('a side is missing')
    const rows = [ours, theirs].map(
      (side) =>
        `${side.name} ${side.median.toFixed(0)} ms (first ${side.first.toFixed(0)}, resident ${side.resident.toFixed(0)} MB, peak ${side.peak.toFixed(0)})`,
    )
    const ratios = `${(ours.median / theirs.median).toFixed(2)} × in time, ${(ours.resident / theirs.resident).toFixed(2)} × in memory`
    process.stdout.write(`${name} B${MODELS[name].batch} ${what}: ${rows.join(', ')}; ${ratios}\n`)
  }
}
