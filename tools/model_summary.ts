import '@tessera/configs'
import { createCommand, parseArguments } from './cli/command.js'
import { summaryTable } from './cli/complexityText.js'
import { loadSource } from './cli/loadSource.js'
import { main } from './cli/main.js'
import { measureModel, parseSize } from './cli/modelForward.js'

// The tree of a config's model: what every module is, returns and holds.
await main(async (argv) => {
  const command = createCommand('model_summary', 'Every module of a model with its output shape and parameters.')
    .argument('<config>', 'config file')
    .option('--shape <size...>', 'size of the image: one number, or height and width (default: what the backbone is made for)')
    .option('--depth <n>', 'how deep the tree is shown', '4')
    .option('--cfg-options <key=value...>', 'override config entries')
  if (!parseArguments(command, argv)) return 0
  const flags = command.opts<{ shape?: string[]; depth: string; cfgOptions?: string[] }>()
  const { config } = await loadSource(command.args[0] ?? '', { overrides: flags.cfgOptions ?? [] })
  const complexity = await measureModel(config, parseSize(flags.shape))
  process.stdout.write(summaryTable(complexity, Number(flags.depth)))
  process.stdout.write(`\n${(complexity.modules[0]?.parameters ?? 0).toLocaleString('en-US')} parameters\n`)
  return 0
})
