import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { componentTypes } from './componentTypes.js'

// npm run types: writes configs/components.d.ts anew. With --check, a file that was not up to date is an error (and is now).
const ROOT = join(import.meta.dirname, '../..')
const FILE = join(ROOT, 'configs/components.d.ts')

const before = readFileSync(FILE, 'utf8')
writeFileSync(FILE, componentTypes(ROOT))
const { status } = spawnSync(join(ROOT, 'node_modules/.bin/biome'), ['format', '--write', FILE], { stdio: ['ignore', 'ignore', 'inherit'] })
if (status !== 0) throw new Error('biome cannot format configs/components.d.ts')
if (readFileSync(FILE, 'utf8') !== before) {
  process.stderr.write('configs/components.d.ts was not up to date with the components; it is now: commit it.\n')
  if (process.argv.includes('--check')) process.exitCode = 1
}
