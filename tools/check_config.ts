// Registers every component that ships with Tessera, for configs that import nothing (JSON, YAML, Python).
import '@tessera/configs'
import { statSync } from 'node:fs'
import { checkComponents, findConfigs, loadConfig, TesseraError } from '@tessera/core'
import { createCommand, parseArguments } from './cli/command.js'
import { configReport } from './cli/configReport.js'
import { type CheckedConfig, summarizeConfigs, summaryText } from './cli/configSummary.js'
import { loadSource } from './cli/loadSource.js'
import { main } from './cli/main.js'

// Says what is wrong with a config, and what it needs that does not exist here, without building anything.
await main(async (argv) => {
  const command = createCommand('check_config', 'Validate configs without building them.')
    .argument('<config...>', 'config files (.ts, .js, .json, .yaml, .py), or folders of them: several are summed up')
    .option('--json', 'as JSON')
    .option('--cfg-options <key=value...>', 'override config entries')
  if (!parseArguments(command, argv)) return 0
  const flags = command.opts<{ json?: true; cfgOptions?: string[] }>()
  const asJson = flags.json === true
  const overrides = flags.cfgOptions ?? []
  const [first = '', ...more] = command.args
  if (more.length > 0 || isFolder(first)) {
    const summary = summarizeConfigs(await checkEach(command.args, overrides))
    process.stdout.write(asJson ? `${JSON.stringify(summary, null, 2)}\n` : summaryText(summary))
    return summary.passed.length === summary.configs ? 0 : 1
  }
  const { config, file } = await loadSource(first, { overrides })
  const problems = checkComponents(config)
  process.stdout.write(configReport(file, problems, asJson))
  return problems.length === 0 ? 0 : 1
})

async function checkEach(paths: readonly string[], overrides: readonly string[]): Promise<CheckedConfig[]> {
  const files = paths.flatMap((path) => (isFolder(path) ? findConfigs(path) : [path]))
  if (files.length === 0) throw new TesseraError('CONFIG_NOT_FOUND', { what: 'there is no config in this folder', path: paths.join(', ') })
  const checked: CheckedConfig[] = []
  // One after the other: a TypeScript config is a module, and registers what it brings.
  for (const file of files) {
    try {
      checked.push({ file, problems: checkComponents((await loadConfig(file, { overrides })).config) })
    } catch (error) {
      if (!(error instanceof TesseraError)) throw error
      checked.push({ file, problems: [], refused: error })
    }
  }
  return checked
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}
