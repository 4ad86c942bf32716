// Runs under `npm run test:soak` only.
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import type { Sample } from './longRun.js'

const ITERS = 20_000
/** The first part fills caches and pools. */
const WARM = 4000

/** Least squares: change of y over the unit of x. */
function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length
  const [x, y] = [mean(points.map(([at]) => at)), mean(points.map(([, value]) => value))]
  const sum = (term: (dx: number, dy: number) => number): number =>
    points.reduce((total, [at, value]) => total + term(at - x, value - y), 0)
  return sum((dx, dy) => dx * dy) / sum((dx) => dx * dx)
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

test(`${ITERS} iterations: tensors constant, memory flat, steps as fast at the end as at the beginning`, () => {
  const program = path.join(import.meta.dirname, 'longRun.ts')
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--expose-gc', '--import', 'tsx', program, String(ITERS)], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  const samples = stdout
    .trim()
    .split('\n')
    .map((line): Sample => JSON.parse(line))
  expect(samples).toHaveLength(ITERS / 100)
  const steady = samples.filter(({ iter }) => iter > WARM)
  const memory = slope(steady.map(({ iter, megabytes }) => [iter / 1000, megabytes]))
  const [early, late] = [steady.slice(0, 40), steady.slice(-40)].map((part) => median(part.map(({ milliseconds }) => milliseconds)))
  process.stdout.write(
    `soak on ${steady[0]?.backend}: ${steady[0]?.tensors} tensors, ${memory.toFixed(3)} MB a 1,000 iterations, ${early?.toFixed(3)} ms of processor time a step early, ${late?.toFixed(3)} late\n`,
  )
  expect(new Set(steady.map(({ tensors }) => tensors)).size).toBe(1)
  expect(memory).toBeLessThan(1)
  expect((late ?? 0) / (early ?? 1)).toBeLessThan(1.25)
})
