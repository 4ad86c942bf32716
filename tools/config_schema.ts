import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import '@tessera/configs'
import { configSchema, importModule } from '@tessera/core'
import { createCommand, parseArguments } from './cli/command.js'
import { main } from './cli/main.js'
import { houseDocs } from './docs/houseDocs.js'

// Writes the JSON Schema of configs, with which editors complete and check .json and .yaml ones.
await main(async (argv) => {
  const command = createCommand('config_schema', 'The JSON Schema of configs, for editors.')
    .option('--out <file>', 'where to write it; to the output when absent')
    .option('--no-docs', 'without the documentation, which takes seconds to read from the sources')
    .option('--import <module...>', 'plugins to import first: packages, or files from here')
    .addHelpText(
      'after',
      '\nIn a .json config: "$schema": "./tessera.schema.json". In a .yaml one: # yaml-language-server: $schema=./tessera.schema.json',
    )
  if (!parseArguments(command, argv)) return 0
  const flags = command.opts<{ out?: string; docs: boolean; import?: string[] }>()
  for (const plugin of flags.import ?? []) await importModule(plugin, join(process.cwd(), 'x'))
  const text = `${JSON.stringify(configSchema(flags.docs ? houseDocs() : undefined), null, 1)}\n`
  if (flags.out === undefined) process.stdout.write(text)
  else writeFileSync(flags.out, text)
  return 0
})
