import { writeFileSync } from 'node:fs'
import '@tessera/configs'
import { TesseraError } from '@tessera/core'
import { confusionChart, confusionText, createRun, evaluateResults, readResults, SILENT_CONSOLE } from '@tessera/engine'
import { createCommand, parseArguments } from '../cli/command.js'
import { loadSource } from '../cli/loadSource.js'
import { main } from '../cli/main.js'
import { applyTestFlags } from '../cli/runFlags.js'

interface Flags {
  out?: string
  showPath?: string
  includeValues?: true
  cfgOptions?: string[]
}

const KEY = 'confusion_matrix/result'

// Who is taken for whom: by a checkpoint on the config's test set, or in predictions that were written to a file.
await main(async (argv) => {
  const command = createCommand('confusion_matrix', 'How many samples of each class were taken for which.')
    .argument('<config>', 'config file')
    .argument('<ckpt_or_result>', 'checkpoint, or predictions (.json) as tools/test.ts --out writes them')
    .option('--out <file>', 'write the matrix (.json)')
    .option('--show-path <file>', 'write it as a picture (.svg)')
    .option('--include-values', 'with the numbers in the picture')
    .option('--show', 'accepted for compatibility: the matrix is shown as text in any case')
    .option('--cmap <name>', 'accepted for compatibility; has no effect')
    .option('--cfg-options <key=value...>', 'override config entries')
  if (!parseArguments(command, argv)) return 0
  const flags = command.opts<Flags>()
  const [config = '', source = ''] = command.args
  const { matrix, classes } = source.endsWith('.json') ? ofResults(source) : await ofCheckpoint(config, source, flags)
  process.stdout.write(confusionText(matrix, classes))
  if (flags.out !== undefined) writeFileSync(flags.out, `${JSON.stringify({ classes, matrix })}\n`)
  if (flags.showPath !== undefined)
    writeFileSync(flags.showPath, confusionChart(matrix, { classes, includeValues: flags.includeValues === true }))
  return 0
})

interface Confusion {
  readonly matrix: number[][]
  readonly classes: readonly string[] | undefined
}

function ofResults(file: string): Confusion {
  const results = readResults(file)
  const classes = results.classes === undefined ? {} : { num_classes: results.classes.length }
  return { matrix: matrixOf(evaluateResults(results, [{ type: 'ConfusionMatrix', ...classes }])), classes: results.classes }
}

async function ofCheckpoint(config: string, checkpoint: string, { cfgOptions = [] }: Flags): Promise<Confusion> {
  const source = await loadSource(config, {
    adjust: (given) => ({ ...applyTestFlags(given, checkpoint, { launcher: 'none' }), test_evaluator: { type: 'ConfusionMatrix' } }),
    overrides: cfgOptions,
  })
  const run = await createRun(source, { console: SILENT_CONSOLE })
  try {
    const metrics = await run.test()
    return { matrix: matrixOf(metrics), classes: run.state.loaders.test?.dataset.metainfo.classes }
  } finally {
    run.dispose()
  }
}

function matrixOf(metrics: Readonly<Record<string, unknown>>): number[][] {
  const found = metrics[KEY]
  if (!Array.isArray(found))
    throw new TesseraError('UNSUPPORTED', { what: 'one confusion matrix is of one data set', got: Object.keys(metrics) })
  return found
}
