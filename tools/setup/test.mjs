// npm test [-- args]: sets up what is missing, then runs jest, which closes with its summary of passed and failed.
import { join } from 'node:path'
import { prepare, ROOT, runMain } from './prepare.mjs'
import { runInForeground } from './runCommand.mjs'

await runMain(async () => {
  await prepare()
  const jest = join(ROOT, 'node_modules/jest/bin/jest.js')
  const flags = ['--disable-warning=ExperimentalWarning', '--experimental-vm-modules']
  return runInForeground(process.execPath, [...flags, jest, ...process.argv.slice(2)], { cwd: ROOT })
})
