// npx tsx tools/doctor.ts [--json]: what is here, what is missing, and how to get it. Fails only if nothing can train here.
import { examine, formatReport } from '@tessera/runtime'
import { createCommand, parseArguments } from './cli/command.js'
import { main } from './cli/main.js'

await main(async (argv) => {
  const command = createCommand('tools/doctor.ts', 'says what is here, what is missing, and how to get it').option('--json', 'as JSON')
  if (!parseArguments(command, argv)) return 0
  const report = await examine()
  const text = command.opts<{ json?: boolean }>().json ? JSON.stringify(report, null, 2) : formatReport(report)
  process.stdout.write(`${text}\n`)
  return report.backend ? 0 : 1
})
