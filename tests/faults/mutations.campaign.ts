// Runs under `npm run test:faults` only. A campaign that stays green whatever is removed proves nothing: here every flush, rename and hash
// check is removed in turn, and some part has to find it.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { bundleProgram, type Mutation } from './bundle.js'
import { breachesOfOrder, ORDER_CALLS } from './saveOrder.js'
import { requireStrace, tracedRun } from './tracing.js'
import { buildVictim, newWorkDir } from './victims.js'

const ROOT = path.join(import.meta.dirname, '../..')
const FOLDER = 'packages/engine/src/checkpoint'
type Part = 'states' | 'damage' | 'schedules' | 'order'

interface Mutant extends Mutation {
  readonly name: string
  /** Parts of the campaign that may find it. */
  readonly parts: readonly Part[]
}

/** Every line of a file that matches, removed in turn. */
function withoutEach(file: string, line: RegExp, parts: readonly Part[]): Mutant[] {
  const lines = readFileSync(path.join(ROOT, file), 'utf8').split('\n')
  return lines.flatMap((text, index) =>
    line.test(text)
      ? [
          {
            file,
            parts,
            name: `${path.basename(file)}:${index + 1} without '${text.trim()}'`,
            change: (source: string) => without(source, index),
          },
        ]
      : [],
  )
}

function without(source: string, line: number): string {
  return source
    .split('\n')
    .filter((_, index) => index !== line)
    .join('\n')
}

function replaced(file: string, name: string, from: string, to: string, parts: readonly Part[]): Mutant {
  return { file: `${FOLDER}/${file}`, name: `${file}: ${name}`, parts, change: (source) => source.replace(from, to) }
}

const MUTANTS: readonly Mutant[] = [
  // Each flush and each rename of the protocol, wherever one is or will be.
  ...withoutEach(`${FOLDER}/durableFiles.ts`, /await system\.(?:syncFile|syncDirectory|rename)\(/, ['states', 'order']),
  ...withoutEach(`${FOLDER}/durableFileSystem.ts`, /await handle\.sync\(\)/, ['order']),
  replaced(
    'checkpoints.ts',
    'the manifest first',
    '[...files, [MANIFEST, manifestText(bodyOf(content), hashes)]]',
    '[[MANIFEST, manifestText(bodyOf(content), hashes)], ...files]',
    ['order'],
  ),
  // Each hash check.
  ...withoutEach(`${FOLDER}/readCheckpoint.ts`, /verifyFile\(/, ['damage']),
  ...withoutEach(`${FOLDER}/manifest.ts`, /if \(sha256\(.*!== claimed\) throw/, ['damage']),
  replaced('manifest.ts', 'sizes alone are compared', ' && got.sha256 === expected.sha256', '', ['damage']),
  // What a killed process leaves is taken over only when it is whole, and cleared otherwise.
  ...withoutEach(`${FOLDER}/leftovers.ts`, /^ +readCheckpoint\(/, ['states']),
  ...withoutEach(`${FOLDER}/leftovers.ts`, /for \(const leftover of leftoversIn/, ['states']),
  // One writer, in the order of the calls.
  replaced('oneAtATime.ts', 'nobody waits', 'this.last.then(work)', 'work()', ['schedules']),
]

beforeAll(requireStrace)

/** @returns what the first part that finds something says */
async function foundBy({ name, parts, ...mutation }: Mutant, index: number): Promise<string | undefined> {
  for (const part of parts) {
    const found = part === 'order' ? await orderOf(mutation, index) : await partOf(part, mutation, index)
    if (found !== undefined) return `${part}: ${found}`
  }
  return undefined
}

async function partOf(part: string, mutation: Mutation | undefined, index: number): Promise<string | undefined> {
  const program = await bundleProgram(path.join(import.meta.dirname, 'mutant.ts'), {
    name: `mutant-${index}`,
    ...(mutation && { mutation }),
  })
  const { stdout, stderr, status } = spawnSync(process.execPath, [program, part], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '', TESSERA_BACKEND: 'cpu' },
  })
  if (status !== 0 && status !== 1) throw new Error(`the mutant does not run: ${stderr}`)
  // A mutant that throws says where before it says what.
  return status === 1 ? ((stdout || stderr).split('\n').find((line) => stdout !== '' || /^\w*Error/.test(line)) ?? 'it throws') : undefined
}

async function orderOf(mutation: Mutation | undefined, index: number): Promise<string | undefined> {
  const victim = await buildVictim('cpu', mutation && { name: `mutant-${index}`, mutation })
  const workDir = newWorkDir()
  const calls = await tracedRun(workDir, ORDER_CALLS, { victim, env: { VICTIM_EPOCHS: '3', UV_THREADPOOL_SIZE: '1' } }).catch(
    (error: Error) => error,
  )
  // A run that fails is found as well.
  return calls instanceof Error ? calls.message.split('\n')[0] : breachesOfOrder(calls, workDir)[0]
}

test('as it stands, no part finds anything', async () => {
  for (const part of ['states', 'damage', 'schedules'] as const) expect(await partOf(part, undefined, 0)).toBeUndefined()
  expect(await orderOf(undefined, 0)).toBeUndefined()
})

describe(`${MUTANTS.length} mutants`, () => {
  test('there are those that the protocol is made of', () => {
    expect(MUTANTS.filter(({ name }) => /sync/.test(name)).length).toBeGreaterThanOrEqual(7)
    expect(MUTANTS.filter(({ name }) => /rename/.test(name)).length).toBeGreaterThanOrEqual(4)
  })

  test.each(MUTANTS.map((mutant, index) => [mutant.name, mutant, index + 1] as const))('%s', async (name, mutant, index) => {
    const found = await foundBy(mutant, index)
    process.stdout.write(`${name}\n  → ${found}\n`)
    expect(found).toBeDefined()
  })
})
