import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Loads all configs of MMPreTrain 1.2.0 with Tessera and with MMEngine 0.10.7, in turn, each time in a fresh process.
 * `npx tsx bench/config/run.ts [rounds]`; makes its own virtual environment under `.cache/bench` (python3 with pip).
 */
const ROOT = join(import.meta.dirname, '../..')
const ENVIRONMENT = join(ROOT, '.cache/bench/mmengine')
const PACKAGES = ['mmengine==0.10.7']
const rounds = Number(process.argv[2] ?? 5)

interface Pass {
  readonly seconds: number
  /** Of all threads: what a busy machine changes least. */
  readonly cpu_seconds: number
  readonly loaded: number
  readonly refused: number
  readonly first_ms?: number
  readonly median_ms?: number
  readonly p95_ms?: number
  readonly max_ms?: number
}

function call(program: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', cwd: ROOT })
  if (status === 0) return stdout
  throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? stderr}`)
}

function pass(program: string, ...args: string[]): Pass {
  return JSON.parse(
    call(program, ...args)
      .trim()
      .split('\n')
      .at(-1) ?? '',
  )
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

const python = join(ENVIRONMENT, 'bin/python')
const configs = join(ENVIRONMENT, 'mmpretrain/mmpretrain/.mim/configs')
if (!existsSync(configs)) {
  mkdirSync(ENVIRONMENT, { recursive: true })
  call('python3', '-m', 'venv', ENVIRONMENT)
  call(python, '-m', 'pip', 'install', '--quiet', ...PACKAGES)
  call(
    python,
    '-m',
    'pip',
    'install',
    '--quiet',
    '--no-deps',
    '--no-compile',
    '--target',
    join(ENVIRONMENT, 'mmpretrain'),
    'mmpretrain==1.2.0',
  )
}

const ours: Pass[] = []
const theirs: Pass[] = []
for (let round = 0; round < rounds; round++) {
  ours.push(pass(process.execPath, '--import', 'tsx', join(ROOT, 'bench/config/loadAll.ts'), configs))
  theirs.push(pass(python, join(ROOT, 'bench/config/load_all.py'), configs))
  process.stdout.write(`${JSON.stringify({ round, tessera: ours.at(-1), mmengine: theirs.at(-1) })}\n`)
}
for (const key of ['seconds', 'cpu_seconds'] as const) {
  const [tessera, mmengine] = [median(ours.map((each) => each[key])), median(theirs.map((each) => each[key]))]
  process.stdout.write(`${key}: tessera ${tessera.toFixed(2)}, mmengine ${mmengine.toFixed(2)}, ratio ${(tessera / mmengine).toFixed(3)}\n`)
}
