import { writeFileSync } from 'node:fs'
// Registers every component that ships with Tessera, for configs that import nothing (JSON, YAML).
import '@tessera/configs'
import { createRun } from '@tessera/engine'
import { createCommand, parseArguments } from './command.js'
import { onInterrupt } from './interrupt.js'
import { loadSource } from './loadSource.js'
import { main } from './main.js'
import { addTestFlags, applyTestFlags, checkOut, metricsText, type TestFlags } from './runFlags.js'

// Tests a checkpoint on the config's test set.
await main(async (argv) => {
  const command = addTestFlags(
    createCommand('test', 'Test a checkpoint.')
      .argument('<config>', 'config file')
      .argument('<checkpoint>', 'checkpoint folder, safetensors or PyTorch file'),
  )
  if (!parseArguments(command, argv)) return 0
  const flags = command.opts<TestFlags>()
  checkOut(flags)

  const source = await loadSource(command.args[0] ?? '', {
    adjust: (config) => applyTestFlags(config, command.args[1] ?? '', flags),
    overrides: flags.cfgOptions ?? [],
  })
  const run = await createRun(source)
  const release = onInterrupt(() => run.requestStop())
  try {
    const metrics = await run.test()
    if (flags.out !== undefined && flags.outItem === 'metrics') writeFileSync(flags.out, metricsText(metrics))
    return 0
  } finally {
    release()
    run.dispose()
  }
})
