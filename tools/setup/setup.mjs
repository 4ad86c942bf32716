// node tools/setup/setup.mjs [--quiet] [--retry]: sets up what is missing, and nothing else.
import { prepare, runMain } from './prepare.mjs'

const KNOWN = ['--quiet', '--retry', '--debug']

await runMain(async () => {
  const args = process.argv.slice(2)
  const unknown = args.find((arg) => !KNOWN.includes(arg))
  if (unknown !== undefined) throw new Error(`unknown option ${unknown}; there are ${KNOWN.join(', ')}`)
  await prepare({ quiet: args.includes('--quiet'), retry: args.includes('--retry') })
  return 0
})
