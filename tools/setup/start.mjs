// npm start [-- args]: sets up what is missing, then trains configs/vit.ts.
import { join } from 'node:path'
import { prepare, ROOT, runMain } from './prepare.mjs'
import { runInForeground } from './runCommand.mjs'

await runMain(async () => {
  await prepare()
  const tool = join(ROOT, 'tools/train.ts')
  return runInForeground(process.execPath, ['--import', 'tsx', tool, 'configs/vit.ts', ...process.argv.slice(2)], { cwd: ROOT })
})
