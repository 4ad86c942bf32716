import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { loadConfig } from '@tessera/core'

// One pass over all Python configs of a folder in a fresh process: read, merged, checked and frozen, as `tools/train.ts` loads one.
const folder = process.argv[2] ?? '.'
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.py'))
  .sort()

const times: number[] = []
let loaded = 0
const start = performance.now()
const cpu = process.cpuUsage()
for (const file of files) {
  const before = performance.now()
  try {
    await loadConfig(join(folder, file))
    loaded++
  } catch {
    // MMEngine refuses the same eight; the reference suite says which.
  }
  times.push(performance.now() - before)
}
const seconds = (performance.now() - start) / 1000
const { user, system } = process.cpuUsage(cpu)
const sorted = times.toSorted((a, b) => a - b)
const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0
process.stdout.write(
  `${JSON.stringify({ seconds, cpu_seconds: (user + system) / 1e6, loaded, refused: files.length - loaded, first_ms: times[0], median_ms: at(0.5), p95_ms: at(0.95), max_ms: at(1) })}\n`,
)
