import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, extname, relative, resolve } from 'node:path'
import { convertPythonConfig, TesseraError } from '@tessera/core'
import { createCommand, parseArguments } from './cli/command.js'
import { main } from './cli/main.js'
import { sameRun } from './cli/sameRun.js'

interface Flags {
  out?: string
  bases?: true
  force?: true
}

// Writes the typed TypeScript config for a Python one, and checks that both load to the same config.
await main(async (argv) => {
  const command = createCommand('convert_config', 'Convert a Python config to a typed TypeScript config.')
    .argument('<config>', 'Python config (.py)')
    .option('--out <file>', 'the TypeScript config (default: beside the Python one, .ts)')
    .option('--bases', 'convert the bases, too, each to its own .ts beside it (with --out: in the same place relative to it)')
    .option('--force', 'overwrite what exists')
  if (!parseArguments(command, argv)) return 0
  const flags = command.opts<Flags>()
  const source = resolve(command.args[0] ?? '')
  if (extname(source) !== '.py')
    throw new TesseraError('INVALID_USAGE', { what: 'only Python configs are converted', got: source, expected: 'a .py file' })
  if (!existsSync(source)) throw new TesseraError('CONFIG_NOT_FOUND', { what: 'there is no such config', path: source })
  const out = resolve(flags.out ?? typescriptName(source))
  const targetOf = (file: string): string =>
    file === source ? out : resolve(dirname(out), relative(dirname(source), typescriptName(file)))

  const written = new Map<string, string>()
  const waiting = [source]
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (written.has(file)) continue
    const target = targetOf(file)
    if (existsSync(target) && flags.force !== true) {
      throw new TesseraError('INVALID_USAGE', {
        what: 'this file exists already',
        path: target,
        hint: 'Give another --out, or --force to overwrite it.',
      })
    }
    const options = flags.bases === true ? { baseName: (base: string) => (extname(base) === '.py' ? targetOf(base) : base) } : {}
    const { text, bases } = await convertPythonConfig(file, target, options)
    written.set(file, text)
    if (flags.bases === true) waiting.push(...bases.filter((base) => extname(base) === '.py'))
  }
  for (const [file, text] of written) {
    mkdirSync(dirname(targetOf(file)), { recursive: true })
    writeFileSync(targetOf(file), text)
  }
  await sameRun(source, out)
  for (const file of written.keys()) process.stdout.write(`${targetOf(file)}\n`)
  return 0
})

function typescriptName(file: string): string {
  return file.replace(/\.py$/, '.ts')
}
