import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import '@tessera/configs'
import { DATASETS, type Dataset, RunContainer, TesseraError, valueAt } from '@tessera/core'
import { captionOf, drawRow } from '@tessera/engine'
import { RandomStream } from '@tessera/runtime'
import { Option } from 'commander'
import { createCommand, parseArguments } from '../cli/command.js'
import { loadSource } from '../cli/loadSource.js'
import { main } from '../cli/main.js'

interface Flags {
  outputDir: string
  phase: 'train' | 'val' | 'test'
  showNumber: string
  mode: 'original' | 'transformed' | 'concat'
  seed: string
  cfgOptions?: string[]
}

// What a model is shown: a data set's images before and after their pipeline, as pictures in a folder.
await main(async (argv) => {
  const command = createCommand('browse_dataset', 'Images of a data set as they are stored, as the pipeline makes them, or both.')
    .argument('<config>', 'config file')
    .option('-o, --output-dir <folder>', 'where the pictures go', 'browse')
    .addOption(new Option('-p, --phase <name>', 'whose data set').choices(['train', 'val', 'test']).default('train'))
    .option('-n, --show-number <n>', 'how many images, from the first', '16')
    .addOption(new Option('-m, --mode <name>', 'which images').choices(['original', 'transformed', 'concat']).default('transformed'))
    .option('--seed <n>', 'of what the pipeline draws', '0')
    .option('--cfg-options <key=value...>', 'override config entries')
  if (!parseArguments(command, argv)) return 0
  const flags = command.opts<Flags>()
  const { config } = await loadSource(command.args[0] ?? '', { overrides: flags.cfgOptions ?? [] })
  const section = datasetOf(config, flags.phase)
  const container = new RunContainer(config)
  const dataset: Dataset = container.build(DATASETS, section)
  const stored: Dataset = container.build(DATASETS, { ...section, pipeline: loadingSteps(section) })
  const count = Math.min(numberOf('--show-number', flags.showNumber), dataset.length)
  mkdirSync(flags.outputDir, { recursive: true })
  const seed = new RandomStream(numberOf('--seed', flags.seed))
  for (let index = 0; index < count; index++) {
    const original = flags.mode === 'transformed' ? undefined : await stored.getItem(index, seed.fork(`original.${index}`))
    const made = flags.mode === 'original' ? undefined : await dataset.getItem(index, seed.fork(`item.${index}`))
    const images = [original, made].flatMap((sample) => (sample === undefined ? [] : [sample.inputs, ...(sample.views ?? [])]))
    const sample = made ?? original
    const caption = sample === undefined ? [] : captionOf(sample.data_samples, dataset.metainfo.classes)
    writeFileSync(join(flags.outputDir, `${String(index).padStart(6, '0')}.png`), await drawRow(images, caption))
  }
  process.stdout.write(`${count} of ${dataset.length} images: ${flags.outputDir}\n`)
  return 0
})

function datasetOf(config: Readonly<Record<string, unknown>>, phase: string): object {
  const dataset = valueAt(config, [`${phase}_dataloader`, 'dataset'])
  if (typeof dataset === 'object' && dataset !== null) return dataset
  throw new TesseraError('INVALID_CONFIG', {
    what: `the config has no data set for ${phase}`,
    path: `${phase}_dataloader.dataset`,
    got: dataset,
  })
}

/** Of a pipeline only what reads and packs an image. */
function loadingSteps(dataset: object): object[] {
  const first = valueAt(dataset, ['pipeline', '0'])
  const loads = typeof first === 'object' && first !== null && valueAt(first, ['type']) === 'LoadImageFromFile'
  return [...(loads ? [first] : []), { type: 'PackInputs' }]
}

function numberOf(flag: string, text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= 0) return value
  throw new TesseraError('INVALID_USAGE', { what: `${flag} takes a whole number`, got: text })
}
