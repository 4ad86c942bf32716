// npm run check [-- --static]: everything that must hold before a push. All steps run; the failed ones are named at the end.
import { join } from 'node:path'
import { prepare, ROOT, runMain } from './prepare.mjs'
import { runInForeground } from './runCommand.mjs'

const bin = (/** @type {string} */ name) => join(ROOT, 'node_modules/.bin', name)

/** @type {{ name: string, command: readonly string[] }[]} */
const STATIC = [
  { name: 'format and lint', command: [bin('biome'), 'ci', '--error-on-warnings', '.'] },
  { name: 'types of the components', command: [bin('tsx'), 'tools/types/write.ts', '--check'] },
  { name: 'types', command: [bin('tsc'), '-b', 'tsconfig.build.json'] },
  { name: 'dead code', command: [bin('knip')] },
  { name: 'dependency direction', command: [bin('depcruise'), 'packages', 'configs', 'tools', 'examples'] },
]
const TESTS = { name: 'tests', command: [process.execPath, join(ROOT, 'tools/setup/test.mjs')] }

await runMain(async () => {
  await prepare()
  const steps = process.argv.includes('--static') ? STATIC : [...STATIC, TESTS]
  /** @type {string[]} */
  const failed = []
  for (const { name, command } of steps) {
    process.stdout.write(`== ${name}\n`)
    const [program = '', ...args] = command
    if ((await runInForeground(program, args, { cwd: ROOT })) !== 0) failed.push(name)
  }
  process.stdout.write(failed.length === 0 ? '== all is well\n' : `== failed: ${failed.join(', ')}\n`)
  return failed.length === 0 ? 0 : 1
})
