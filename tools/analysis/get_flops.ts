import '@tessera/configs'
import { createCommand, parseArguments } from '../cli/command.js'
import { complexityTable, sizeText } from '../cli/complexityText.js'
import { loadSource } from '../cli/loadSource.js'
import { main } from '../cli/main.js'
import { measureModel, parseSize } from '../cli/modelForward.js'

// Multiply-adds, activations and parameters of a config's model on one image, module by module.
await main(async (argv) => {
  const command = createCommand('get_flops', 'Flops, activations and parameters of a model, module by module.')
    .argument('<config>', 'config file')
    .option('--shape <size...>', 'size of the image: one number, or height and width (default: what the backbone is made for)')
    .option('--depth <n>', 'how deep the table goes', '3')
    .option('--json', 'everything as JSON')
    .option('--cfg-options <key=value...>', 'override config entries')
  if (!parseArguments(command, argv)) return 0
  const flags = command.opts<{ shape?: string[]; depth: string; json?: true; cfgOptions?: string[] }>()
  const size = parseSize(flags.shape)
  const { config } = await loadSource(command.args[0] ?? '', { overrides: flags.cfgOptions ?? [] })
  const complexity = await measureModel(config, size)
  if (flags.json === true) {
    process.stdout.write(`${JSON.stringify(complexity, null, 2)}\n`)
    return 0
  }
  const [whole] = complexity.modules
  process.stdout.write(complexityTable(complexity, Number(flags.depth)))
  process.stdout.write(`\nInput: ${complexity.size.join(' × ')}\n`)
  for (const [kind, flops] of Object.entries(complexity.byKind)) process.stdout.write(`  ${kind}: ${sizeText(flops)}\n`)
  process.stdout.write(`Flops: ${sizeText(whole?.flops ?? 0)} (multiply-adds)\nParameters: ${sizeText(whole?.parameters ?? 0)}\n`)
  process.stdout.write(`Activations: ${sizeText(whole?.activations ?? 0)}\n`)
  return 0
})
