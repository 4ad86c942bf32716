import { join } from 'node:path'
import '@tessera/configs'
import { importModule, listComponents, suggest, TesseraError } from '@tessera/core'
import { createCommand, parseArguments } from './cli/command.js'
import { main } from './cli/main.js'
import { registryText } from './cli/registryText.js'
import { houseDocs } from './docs/houseDocs.js'

interface Flags {
  json?: true
  docs: boolean
  import?: string[]
}

// Lists what a config can name: every registered type, its options with types and defaults, and what they mean.
await main(async (argv) => {
  const command = createCommand('list_registry', 'Every registered component, its options, types and defaults.')
    .argument('[name]', 'a registry (MODELS) or a type (AdamW); everything, without options, when absent')
    .option('--json', 'as JSON')
    .option('--no-docs', 'without the documentation, which takes seconds to read from the sources')
    .option('--import <module...>', 'plugins to import first: packages, or files from here')
  if (!parseArguments(command, argv)) return 0
  const flags = command.opts<Flags>()
  for (const plugin of flags.import ?? []) await importModule(plugin, join(process.cwd(), 'x'))

  const name = command.args[0]
  const all = listComponents(undefined, flags.docs ? houseDocs() : undefined)
  const chosen = name === undefined ? all : all.filter(({ registry, type }) => registry === name || type === name)
  if (chosen.length === 0) {
    throw new TesseraError('UNKNOWN_TYPE', {
      what: 'nothing is registered under this name',
      got: name,
      nearest: suggest(name ?? '', new Set(all.flatMap(({ registry, type }) => [registry, type]))),
    })
  }
  process.stdout.write(
    flags.json === true ? `${JSON.stringify(chosen, null, 2)}\n` : registryText(chosen, { withOptions: name !== undefined }),
  )
  return 0
})
