import '@tessera/configs'
import { type ConfigDict, MODELS, RunContainer, TesseraError } from '@tessera/core'
import { BaseModel, buildModule, type ConvertOptions, convertWeights, openWeightPlace, safetensorsParts, writeWhole } from '@tessera/nn'
import { createCommand, parseArguments } from './cli/command.js'
import { loadSource } from './cli/loadSource.js'
import { main } from './cli/main.js'

const NAMES = ['mmpretrain', 'timm', 'same'] as const

// npx tsx tools/convert_weights.ts WEIGHTS OUT.safetensors: weights of PyTorch, timm, Hugging Face or ours as a file that all of them load.
await main(async (argv) => {
  const command = createCommand(
    'convert_weights',
    'Writes weights of any kind as safetensors, which PyTorch loads too; nothing in them is run.',
  )
    .argument('<weights>', 'checkpoint folder, safetensors or PyTorch file, Hugging Face folder')
    .argument('<file>', 'the .safetensors file to write')
    .option('--to <names>', `whose names: ${NAMES.join(', ')} (as they are)`, 'mmpretrain')
    .option('--config <file>', 'a config whose model the weights are for: checks that all are there')
    .option('--key <name>', 'which entry of a PyTorch checkpoint holds the weights (default: the usual ones)')
    .option('--prefix <name>', 'take only names under this prefix, without it')
    .option('--revise <pattern=replacement...>', 'rewrite names by regular expressions')
    .option('--cfg-options <key=value...>', 'override config entries')
  if (!parseArguments(command, argv)) return 0
  const flags = command.opts<{ to: string; config?: string; key?: string; prefix?: string; revise?: string[]; cfgOptions?: string[] }>()
  const [weights = '', target = ''] = command.args
  const to = NAMES.find((one) => one === flags.to)
  if (to === undefined) throw new TesseraError('INVALID_USAGE', { what: '--to takes a library', got: flags.to, expected: NAMES.join(', ') })
  const options: ConvertOptions = { to, prefix: flags.prefix, revise_keys: flags.revise?.map(revision) }
  const original = openWeightPlace(weights, { key: flags.key })
  try {
    const model = flags.config === undefined ? undefined : await modelOf(flags.config, flags.cfgOptions)
    const { file, unused } = convertWeights(original, { ...options, model })
    const bytes = writeWhole(target, safetensorsParts(file, { format: 'pt' }))
    process.stdout.write(`${target}: ${file.entries.size} tensors, ${(bytes / 1e6).toFixed(1)} MB (from ${file.format})\n`)
    if (unused.length > 0)
      process.stdout.write(
        `not of the model, left out: ${unused.length} (${unused.slice(0, 6).join(', ')}${unused.length > 6 ? ', …' : ''})\n`,
      )
    for (const [name, reason] of original.refused) process.stdout.write(`no readable tensor, left out: ${name} (${reason})\n`)
  } finally {
    original.close()
  }
  return 0
})

function revision(text: string): [string, string] {
  const at = text.indexOf('=')
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)]
  throw new TesseraError('INVALID_USAGE', { what: '--revise takes a pattern and its replacement', got: text, expected: "'^module\\.='" })
}

/** Built and not initialised: names and shapes cost no memory. */
async function modelOf(config: string, overrides: string[] = []): Promise<BaseModel> {
  const source = await loadSource(config, { overrides })
  const section: unknown = source.config['model']
  if (typeof section !== 'object' || section === null)
    throw new TesseraError('INVALID_CONFIG', { what: 'the config has no model', path: 'model' })
  return buildModule(new RunContainer(source.config), MODELS, section as ConfigDict, BaseModel)
}
