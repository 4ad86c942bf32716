// npx tsx bench/weights/run.ts [--rounds N] [--without-torch]
// Loading ViT-L (1.2 GB) from safetensors and from a PyTorch checkpoint, beside reading the same file, in turns; each in a process of its own.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import '@tessera/configs'
import { MODELS, RunContainer } from '@tessera/core'
import { BaseModel, buildModule, safetensorsParts, type WeightFile, writeWhole } from '@tessera/nn'
import { medianOf } from '../sideBySide.js'
import { torchPython } from '../torchPython.js'
import { VIT_L } from './vitL.js'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, 'without-torch': { type: 'boolean', default: false } },
})

const WRITE_PTH = `
import json, sys, torch
torch.save({'state_dict': {name: torch.rand(shape) for name, shape in json.load(open(sys.argv[1])).items()}}, sys.argv[2])
`

const folder = mkdtempSync(join(tmpdir(), 'tessera-bench-'))
try {
  const shapes = Object.fromEntries(
    [...buildModule(new RunContainer(), MODELS, VIT_L, BaseModel).namedState()].map(([name, { shape }]) => [name, [...shape]]),
  )
  report('safetensors', writeSafetensors(shapes))
  if (!values['without-torch']) report('.pth', writePth(shapes))
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function writeSafetensors(shapes: Readonly<Record<string, readonly number[]>>): string {
  const random = Float32Array.from({ length: 2 ** 20 }, Math.random)
  const file: WeightFile = {
    path: '',
    format: '',
    entries: new Map(Object.entries(shapes).map(([name, shape]) => [name, { dtype: 'F32' as const, shape }])),
    refused: new Map(),
    globals: [],
    metadata: {},
    read(name) {
      const shape = shapes[name] ?? []
      const data = new Float32Array(shape.reduce((a, b) => a * b, 1))
      for (let at = 0; at < data.length; at += random.length) data.set(random.subarray(0, Math.min(random.length, data.length - at)), at)
      return { dtype: 'F32', shape, data }
    },
    close: () => {},
  }
  const target = join(folder, 'vit-l.safetensors')
  writeWhole(target, safetensorsParts(file))
  return target
}

function writePth(shapes: object): string {
  const target = join(folder, 'vit-l.pth')
  writeFileSync(join(folder, 'shapes.json'), JSON.stringify(shapes))
  const { status, stderr } = spawnSync(torchPython(), ['-c', WRITE_PTH, join(folder, 'shapes.json'), target], { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return target
}

interface Reading {
  readonly milliseconds: number
  /** Milliseconds of processor time, which others on the machine change less. */
  readonly processor: number
  readonly extra: number
}

function measure(what: 'read' | 'keep' | 'load', file: string): Reading {
  const args = ['--import', 'tsx', join(import.meta.dirname, 'load.ts'), what, file]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' },
  })
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
}

function report(kind: string, file: string): void {
  const megabytes = statSync(file).size / 2 ** 20
  measure('read', file)
  const rounds = Array.from({ length: Number(values.rounds) }, () => ({
    read: measure('read', file),
    keep: measure('keep', file),
    load: measure('load', file),
  }))
  const median = (side: 'read' | 'keep' | 'load', of: keyof Reading) => medianOf(rounds.map((round) => round[side][of]))
  const times = (of: 'milliseconds' | 'processor') => {
    const [read, keep, load] = [median('read', of), median('keep', of), median('load', of)]
    return (
      `read through one buffer ${read.toFixed(0)} ms, into memory of its own ${keep.toFixed(0)} ms, loaded ${load.toFixed(0)} ms ` +
      `(${(load / read).toFixed(2)} and ${(load / keep).toFixed(2)} of it)`
    )
  }
  process.stdout.write(
    `${kind}, ${megabytes.toFixed(0)} MiB: ${times('milliseconds')}; of the processor: ${times('processor')}; ` +
      `memory at its peak ${(median('load', 'extra') / megabytes).toFixed(2)} of the file\n`,
  )
}
