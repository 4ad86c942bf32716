import { writeFileSync } from 'node:fs'
import { DATA_LOADERS, MODELS, RunContainer, TesseraError } from '@tessera/core'
import '@tessera/configs'
import { buildModule, Module } from '@tessera/nn'
import { buildOptimWrapper, type TracedValue, traceSchedules } from '@tessera/optim'
import { RandomStream } from '@tessera/runtime'
import { Option } from 'commander'
import { createCommand, parseArguments } from './cli/command.js'
import { loadSource } from './cli/loadSource.js'
import { main } from './cli/main.js'
import { scheduleSvg, scheduleText } from './cli/scheduleChart.js'

interface Flags {
  parameter: 'lr' | 'momentum' | 'wd'
  format: 'plot' | 'json'
  svg?: string
  epochLength?: number
  datasetSize?: number
  cfgOptions?: string[]
}

const VALUES: Record<Flags['parameter'], TracedValue> = { lr: 'lr', momentum: 'momentum', wd: 'weight_decay' }

// Shows how learning rate, momentum or weight decay of every distinct parameter group runs over a training, without training.
await main(async (argv) => {
  const command = createCommand('vis_scheduler', 'The course of a scheduled value over a run, for every distinct parameter group.')
    .argument('<config>', 'config file (.ts, .js, .json, .yaml)')
    .addOption(new Option('--parameter <value>', 'what to show').choices(['lr', 'momentum', 'wd']).default('lr'))
    .addOption(new Option('--format <format>', 'a plot in the terminal, or JSON').choices(['plot', 'json']).default('plot'))
    .option('--svg <file>', 'also write the plot as SVG')
    .option('--epoch-length <n>', 'iterations in an epoch, instead of opening the data set', count)
    .option('--dataset-size <n>', 'samples in the data set, instead of opening it', count)
    .option('--cfg-options <key=value...>', 'override config entries')
  if (!parseArguments(command, argv)) return 0
  const flags = command.opts<Flags>()

  const { config, file } = await loadSource(command.args[0] ?? '', { overrides: flags.cfgOptions ?? [] })
  if (!config.model || !config.optim_wrapper || !config.train_cfg) {
    throw new TesseraError('INVALID_CONFIG', { what: 'a schedule needs a model, an optim_wrapper and a train_cfg', path: file })
  }
  const container = new RunContainer(config)
  const wrapper = buildOptimWrapper(buildModule(container, MODELS, config.model, Module), config.optim_wrapper, container)
  const { max_epochs, max_iters } = config.train_cfg as { max_epochs?: number; max_iters?: number }
  const epochLength = lengthOf(config, flags, container)
  const maxIters = max_iters ?? (max_epochs ?? 0) * epochLength
  if (!Number.isInteger(maxIters) || maxIters < 1) {
    throw new TesseraError('INVALID_CONFIG', {
      what: 'train_cfg does not say how long the run is',
      path: 'train_cfg',
      got: config.train_cfg,
    })
  }
  const horizon = { epochLength, maxIters, maxEpochs: max_epochs ?? Math.ceil(maxIters / epochLength) }
  const value = VALUES[flags.parameter]
  const traces = traceSchedules(config.param_scheduler ?? [], wrapper, container, { ...horizon, value })
  const title = `${value}, ${horizon.maxEpochs} epochs of ${epochLength} iterations, ${traces.length} distinct course${traces.length === 1 ? '' : 's'}`
  if (flags.svg !== undefined) writeFileSync(flags.svg, scheduleSvg(traces, title))
  process.stdout.write(
    flags.format === 'json'
      ? `${JSON.stringify({ value, ...horizon, groups: traces }, null, 2)}\n`
      : scheduleText(traces, title, process.stdout.columns ?? 100),
  )
  return 0
})

function count(text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value > 0) return value
  throw new TesseraError('INVALID_USAGE', { what: 'a positive whole number is expected', got: text })
}

/** Iterations in an epoch: as told, or by the size of the data set, or by opening it. */
function lengthOf(config: Readonly<Record<string, unknown>>, flags: Flags, container: RunContainer): number {
  if (flags.epochLength !== undefined) return flags.epochLength
  const loader = config['train_dataloader']
  if (typeof loader !== 'object' || loader === null) {
    throw new TesseraError('INVALID_CONFIG', {
      what: 'without a train_dataloader nothing tells how long an epoch is',
      path: 'train_dataloader',
      hint: 'Give --epoch-length.',
    })
  }
  if (flags.datasetSize !== undefined) return Math.ceil(flags.datasetSize / Number(Reflect.get(loader, 'batch_size') ?? 1))
  const typed = Object.hasOwn(loader, 'type') ? loader : { type: 'DataLoader', ...loader }
  return container.build(DATA_LOADERS, typed, { random: new RandomStream(0) }).length
}
