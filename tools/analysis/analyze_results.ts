import '@tessera/configs'
import { DATASETS, RunContainer, TesseraError } from '@tessera/core'
import { drawResults, rankResults, readResults } from '@tessera/engine'
import { Option } from 'commander'
import { createCommand, parseArguments } from '../cli/command.js'
import { loadSource } from '../cli/loadSource.js'
import { main } from '../cli/main.js'

interface Flags {
  outDir: string
  topk: string
  rescaleFactor?: string
  order: 'least' | 'most'
  cfgOptions?: string[]
}

// Images that were predicted rightly and wrongly, from predictions that `tools/test.ts --out` wrote.
await main(async (argv) => {
  const command = createCommand('analyze_results', 'Draws right and wrong predictions with their images.')
    .argument('<config>', 'config file')
    .argument('<result>', 'predictions (.json), as tools/test.ts --out writes them')
    .requiredOption('--out-dir <dir>', 'where the folders success and fail go')
    .option('--topk <n>', 'images of each', '20')
    .option('-r, --rescale-factor <factor>', 'draw the images larger or smaller by this')
    .addOption(
      new Option('--order <order>', 'the predictions that were least sure first, or most').choices(['least', 'most']).default('least'),
    )
    .option('--cfg-options <key=value...>', 'override config entries')
  if (!parseArguments(command, argv)) return 0
  const flags = command.opts<Flags>()
  const [file = '', results = ''] = command.args
  const topk = positive('--topk', flags.topk)
  const factor = flags.rescaleFactor === undefined ? undefined : positive('--rescale-factor', flags.rescaleFactor)

  const { samples, classes } = readResults(results)
  const { config } = await loadSource(file, { overrides: flags.cfgOptions ?? [] })
  const container = new RunContainer(config)
  try {
    const dataset = container.build(DATASETS, asLoaded(config, factor))
    const ranked = rankResults(samples, topk, flags.order)
    for (const name of ['success', 'fail'] as const) {
      await drawResults(flags.outDir, name, ranked[name], { dataset, classes: classes ?? dataset.metainfo.classes })
      process.stdout.write(`${name}: ${ranked[name].length} images in ${flags.outDir}/${name}\n`)
    }
    return 0
  } finally {
    container.dispose()
  }
})

/** The test set's config, its images as they are loaded. */
function asLoaded(config: Readonly<Record<string, unknown>>, factor: number | undefined): object {
  const dataset: unknown = Reflect.get(Object(config['test_dataloader']), 'dataset')
  const pipeline: unknown = Reflect.get(Object(dataset), 'pipeline')
  if (typeof dataset !== 'object' || dataset === null || !Array.isArray(pipeline)) {
    throw new TesseraError('INVALID_CONFIG', {
      what: 'the predictions are of a test set whose data set has a pipeline',
      path: 'test_dataloader.dataset.pipeline',
      got: pipeline,
    })
  }
  const loading = pipeline.filter((step: unknown) => Reflect.get(Object(step), 'type') === 'LoadImageFromFile')
  const resize = factor === undefined ? [] : [{ type: 'Resize', scale_factor: factor }]
  return { ...dataset, pipeline: [...loading, ...resize, { type: 'PackInputs' }] }
}

function positive(flag: string, text: string): number {
  const value = Number(text)
  if (Number.isFinite(value) && value > 0) return value
  throw new TesseraError('INVALID_USAGE', { what: 'a positive number is expected', path: flag, got: text })
}
