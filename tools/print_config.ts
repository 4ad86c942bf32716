// Registers every component that ships with Tessera, for configs that import nothing (JSON, YAML, Python).
import '@tessera/configs'
import { resolve } from 'node:path'
import { DUMP_FORMATS, type DumpFormat, diffConfigs, dumpConfig, resolveDefaults, settingsOf } from '@tessera/core'
import { Option } from 'commander'
import { createCommand, parseArguments } from './cli/command.js'
import { loadSource } from './cli/loadSource.js'
import { main } from './cli/main.js'
import { whereText } from './cli/whereText.js'

interface Flags {
  format: DumpFormat
  resolve?: true
  where?: string
  diff?: string
  cfgOptions?: string[]
}

// Prints a config as it runs: bases merged, overrides applied.
await main(async (argv) => {
  const command = createCommand('print_config', 'Print a whole config.')
    .argument('<config>', 'config file (.ts, .js, .json, .yaml, .py)')
    .addOption(new Option('--format <format>', 'how to print').choices(DUMP_FORMATS).default('ts'))
    .option('--resolve', 'also write the default of every option that the config leaves out')
    .option('--where <key>', 'say which file, flag or override set a value, e.g. optim_wrapper.optimizer.lr')
    .option('--diff <config>', 'print what another config has otherwise')
    .option('--cfg-options <key=value...>', 'override config entries')
  if (!parseArguments(command, argv)) return 0
  const flags = command.opts<Flags>()
  const overrides = flags.cfgOptions ?? []

  const { config, layers } = await loadSource(command.args[0] ?? '', { overrides })
  if (flags.where !== undefined) {
    process.stdout.write(whereText(flags.where, settingsOf(layers, flags.where), config))
    return 0
  }
  const printed = flags.resolve === true ? resolveDefaults(config) : config
  if (flags.diff === undefined) {
    process.stdout.write(dumpConfig(printed, flags.format))
    return 0
  }
  const other = (await loadSource(resolve(flags.diff), { overrides })).config
  const difference = diffConfigs(printed, flags.resolve === true ? resolveDefaults(other) : other)
  process.stdout.write(difference === '' ? '' : `${difference}\n`)
  return 0
})
