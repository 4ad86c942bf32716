// npx tsx bench/firstStep/run.ts [--case N] [--rounds N]
// From the command to the first finished training step, ours and MMEngine's with MMPreTrain, in turns: the same model, digits and recipe.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { medianOf } from '../sideBySide.js'
import { mmpretrainPython } from './mmpretrainPython.js'
import { writeDigits } from './writeDigits.js'

const { values } = parseArgs({ options: { case: { type: 'string' }, rounds: { type: 'string', default: '5' } } })
const ROOT = join(import.meta.dirname, '../..')

/** Of configs/vit.ts: width, layers, heads. */
const CASES = [
  { name: 'configs/vit.ts (D64 L4)', width: 64, layers: 4, heads: 4 },
  { name: 'D192 L12', width: 192, layers: 12, heads: 3 },
  { name: 'D384 L12', width: 384, layers: 12, heads: 6 },
] as const
type Case = (typeof CASES)[number]

const python = mmpretrainPython()
const folder = mkdtempSync(join(tmpdir(), 'tessera-first-step-'))
try {
  await writeDigits(folder)
  for (const of of CASES.filter((_, index) => values.case === undefined || values.case === String(index))) await measure(of)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function measure(of: Case): Promise<void> {
  const ours: number[] = []
  const theirs: number[] = []
  // The first round warms the file cache up.
  for (let round = 0; round <= Number(values.rounds); round++) {
    const pair = [await seconds(process.execPath, tessera(of)), await seconds(python, mmengine(of))] as const
    if (round === 0) continue
    ours.push(pair[0])
    theirs.push(pair[1])
  }
  const [a, b] = [medianOf(ours), medianOf(theirs)]
  const list = (times: readonly number[]) => times.map((time) => time.toFixed(2)).join(' ')
  process.stdout.write(
    `${of.name}: Tessera ${a.toFixed(2)} s (${list(ours)}), MMEngine ${b.toFixed(2)} s (${list(theirs)}), ratio ${(a / b).toFixed(2)}\n`,
  )
}

function tessera({ width, layers, heads }: Case): string[] {
  const arch = `model.backbone.arch`
  const options = [
    `${arch}.embed_dims=${width}`,
    `${arch}.num_layers=${layers}`,
    `${arch}.num_heads=${heads}`,
    `${arch}.feedforward_channels=${4 * width}`,
    `model.head.in_channels=${width}`,
    'default_hooks.logger.interval=1',
  ]
  const workDir = join(folder, 'tessera')
  return ['--import', 'tsx', join(ROOT, 'tools/train.ts'), join(ROOT, 'configs/vit.ts'), '--work-dir', workDir, '--cfg-options', ...options]
}

function mmengine({ width, layers, heads }: Case): string[] {
  return ['-W', 'ignore', join(import.meta.dirname, 'first_step.py'), folder, ...[width, layers, heads].map(String)]
}

/** Until the program logs its first training step, which a log interval of 1 makes the end of the step. */
function seconds(command: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const began = performance.now()
    const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
    let found: number | undefined
    let lines = ''
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        lines += `${line}\n`
        if (found !== undefined || !line.includes('Epoch(train)')) return
        found = (performance.now() - began) / 1000
        child.kill('SIGKILL')
      })
    }
    child.on('close', () => {
      if (found === undefined) reject(new Error(`no step was trained: ${command} ${args.join(' ')}\n${lines.slice(-2000)}`))
      else resolve(found)
    })
  })
}
