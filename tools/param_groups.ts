import { MODELS, RunContainer, TesseraError } from '@tessera/core'
import '@tessera/configs'
import { buildModule, Module } from '@tessera/nn'
import { buildOptimWrapper, describeGroups } from '@tessera/optim'
import { Option } from 'commander'
import { createCommand, parseArguments } from './cli/command.js'
import { groupTable } from './cli/groupTable.js'
import { loadSource } from './cli/loadSource.js'
import { main } from './cli/main.js'

// Shows every parameter's learning rate and weight decay as the optimizer would get them, before anything is trained.
await main(async (argv) => {
  const command = createCommand('param_groups', 'Every parameter with its group settings, before training.')
    .argument('<config>', 'config file (.ts, .js, .json, .yaml)')
    .addOption(new Option('--format <format>', 'how to print').choices(['table', 'json']).default('table'))
    .option('--cfg-options <key=value...>', 'override config entries')
  if (!parseArguments(command, argv)) return 0
  const flags = command.opts<{ format: 'table' | 'json'; cfgOptions?: string[] }>()

  const { config, file } = await loadSource(command.args[0] ?? '', { overrides: flags.cfgOptions ?? [] })
  if (config.model === undefined || config.model === null || config.optim_wrapper === undefined || config.optim_wrapper === null) {
    throw new TesseraError('INVALID_CONFIG', { what: 'parameter groups need a model and an optim_wrapper', path: file })
  }
  const container = new RunContainer(config)
  const model = buildModule(container, MODELS, config.model, Module)
  const groups = describeGroups(buildOptimWrapper(model, config.optim_wrapper, container))
  process.stdout.write(flags.format === 'json' ? `${JSON.stringify(groups, null, 2)}\n` : groupTable(groups, model))
  return 0
})
