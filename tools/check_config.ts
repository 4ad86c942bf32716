// Registers every component that ships with Tessera, for configs that import nothing (JSON, YAML, Python).
import '@tessera/configs'
import { checkComponents } from '@tessera/core'
import { createCommand, parseArguments } from './cli/command.js'
import { configReport } from './cli/configReport.js'
import { loadSource } from './cli/loadSource.js'
import { main } from './cli/main.js'

// Says what is wrong with a config, and what it needs that does not exist here, without building anything.
await main(async (argv) => {
  const command = createCommand('check_config', 'Validate a config without building it.')
    .argument('<config>', 'config file (.ts, .js, .json, .yaml, .py)')
    .option('--json', 'as JSON')
    .option('--cfg-options <key=value...>', 'override config entries')
  if (!parseArguments(command, argv)) return 0
  const flags = command.opts<{ json?: true; cfgOptions?: string[] }>()
  const { config, file } = await loadSource(command.args[0] ?? '', { overrides: flags.cfgOptions ?? [] })
  const problems = checkComponents(config)
  process.stdout.write(configReport(file, problems, flags.json === true))
  return problems.length === 0 ? 0 : 1
})
