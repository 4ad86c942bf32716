import { rmSync, writeFileSync } from 'node:fs'
import '@tessera/configs'
import { TesseraError } from '@tessera/core'
import { chromeTrace, createRun, profileText } from '@tessera/engine'
import { temporaryFolder } from '@tessera/runtime'
import { createCommand, parseArguments } from './cli/command.js'
import { loadSource } from './cli/loadSource.js'
import { main } from './cli/main.js'

// What one training step of a config costs: ops by kind with count and share, the graph's size, recording time and peak memory.
await main(async (argv) => {
  const command = createCommand('profile_step', 'What one training step costs.')
    .argument('<config>', 'config file (.ts, .js, .json, .yaml)')
    .option('--steps <n>', 'compiled steps to time', '10')
    .option('--trace <file>', 'write the ops of a step as a Chrome trace (chrome://tracing, Perfetto)')
    .option('--cfg-options <key=value...>', 'override config entries')
  if (!parseArguments(command, argv)) return 0
  const flags = command.opts<{ steps: string; trace?: string; cfgOptions?: string[] }>()
  const steps = Number(flags.steps)
  if (!Number.isInteger(steps) || steps < 2) {
    throw new TesseraError('INVALID_USAGE', { what: '--steps takes a whole number', got: flags.steps, expected: '2 or more' })
  }

  const source = await loadSource(command.args[0] ?? '', { overrides: flags.cfgOptions ?? [] })
  const workDir = temporaryFolder('profile')
  const silent = { write() {}, interactive: false, color: false, columns: 80 }
  const run = await createRun(source, { workDir, console: silent })
  try {
    const profile = await run.profile(steps)
    process.stdout.write(`${profileText(profile).join('\n')}\n`)
    if (flags.trace !== undefined) writeFileSync(flags.trace, chromeTrace(profile.ops))
  } finally {
    run.dispose()
    rmSync(workDir, { recursive: true, force: true })
  }
  return 0
})
