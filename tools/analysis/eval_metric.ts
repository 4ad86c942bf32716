import '@tessera/configs'
import { applyOverrides, parseOverrides, TesseraError } from '@tessera/core'
import { evaluateResults, readResults } from '@tessera/engine'
import { createCommand, parseArguments } from '../cli/command.js'
import { main } from '../cli/main.js'

// Metrics of predictions that `tools/test.ts --out` wrote, without the model.
await main(async (argv) => {
  const metrics: string[][] = []
  const command = createCommand('eval_metric', 'Metrics of predictions that were written to a file.')
    .argument('<results>', 'predictions (.json), as tools/test.ts --out writes them')
    .option('--metric <key=value...>', 'a metric: type=Accuracy topk=1,5; again for another one', (entry: string) => {
      // Each metric starts with its type: commander does not tell one flag's values from the next one's.
      if (entry.startsWith('type=') || metrics.length === 0) metrics.push([])
      metrics.at(-1)?.push(entry)
      return metrics
    })
  if (!parseArguments(command, argv)) return 0
  if (metrics.length === 0)
    throw new TesseraError('INVALID_USAGE', { what: 'which metric?', path: '--metric', expected: '--metric type=Accuracy topk=1,5' })
  const configs = metrics.map((entries) => applyOverrides({}, parseOverrides(entries)))
  process.stdout.write(`${JSON.stringify(evaluateResults(readResults(command.args[0] ?? ''), configs), null, 2)}\n`)
  return 0
})
