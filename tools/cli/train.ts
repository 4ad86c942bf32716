// Registers every component that ships with Tessera, for configs that import nothing (JSON, YAML).
import '@tessera/configs'
import { createRun, smokeRun } from '@tessera/engine'
import { createCommand, parseArguments } from './command.js'
import { onInterrupt } from './interrupt.js'
import { loadSource } from './loadSource.js'
import { main } from './main.js'
import { addTrainFlags, applyTrainFlags, smokeSteps, type TrainFlags } from './runFlags.js'
import { withSmokeImages } from './smokeImages.js'
import { withSmokeWeights } from './smokeWeights.js'

// Trains what a config describes.
await main(async (argv) => {
  const command = addTrainFlags(createCommand('train', 'Train a model.').argument('<config>', 'config file (.ts, .js, .json, .yaml, .py)'))
  if (!parseArguments(command, argv)) return 0
  const flags = command.opts<TrainFlags>()

  const source = await loadSource(command.args[0] ?? '', {
    adjust: (config) => applyTrainFlags(config, flags),
    overrides: flags.cfgOptions ?? [],
  })
  if (flags.smoke !== undefined) {
    const report = await withSmokeImages(withSmokeWeights(source), (small) => smokeRun(small, smokeSteps(flags.smoke ?? true)))
    process.stdout.write(
      `smoke: ${report.steps} steps of training, validation and testing; ${report.tensors} tensors saved and loaded again\n`,
    )
    return 0
  }

  const run = await createRun(source)
  const release = onInterrupt(() => run.requestStop())
  try {
    const { interrupted } = await run.train()
    return interrupted ? release.exitCode() : 0
  } finally {
    release()
    run.dispose()
  }
})
