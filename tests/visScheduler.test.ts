import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'

const ROOT = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'tessera-schedule-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'tools/vis_scheduler.ts', 'configs/vit.ts', ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '', CI: 'true' },
  })
  return { status, stdout, stderr }
}

test('JSON: the course of every distinct group, each layer a constant factor below the next', () => {
  const { status, stdout, stderr } = run('--format', 'json', '--epoch-length', '10')
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  const { value, maxIters, groups } = JSON.parse(stdout) as { value: string; maxIters: number; groups: { values: number[] }[] }
  expect([value, maxIters, groups.length]).toEqual(['lr', 170, 6])
  const peaks = groups.map(({ values }) => Math.max(...values))
  expect(peaks.at(-1)).toBeCloseTo(4e-3, 12)
  peaks.slice(1).forEach((peak, i) => {
    expect((peaks[i] ?? 0) / peak).toBeCloseTo(0.75, 10)
  })
})

test('a plot in the terminal and as SVG, the epoch as long as the data set makes it', () => {
  const svg = join(folder, 'wd.svg')
  const { status, stdout } = run('--parameter', 'wd', '--svg', svg)
  expect(status).toBe(0)
  expect(stdout).toMatch(/^weight_decay, 17 epochs of 13\d iterations, 2 distinct courses\n/)
  const document = readFileSync(svg, 'utf8')
  expect(document.match(/<polyline/g)?.length).toBe(2)
  // What each line is stands in the picture, too.
  expect(document).toMatch(/<text [^>]*>5\.000e-2 {2}\d+ parameters: backbone/)
})
