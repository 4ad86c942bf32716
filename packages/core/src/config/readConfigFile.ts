import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import { TesseraError } from '../errors.js'
import { suggest } from '../registry/suggest.js'
import { importConfig } from './importConfig.js'
import { type DataFormat, parseConfigText } from './parseConfigText.js'
import { type ConfigDict, isPlainObject } from './plainObject.js'
import { readPythonConfig } from './python/readPythonConfig.js'
import type { ReadContext } from './readContext.js'
import { readText } from './readText.js'

/** Formats that are programs. */
export const MODULES = ['.ts', '.mts', '.js', '.mjs']
const DATA: Readonly<Record<string, DataFormat>> = { '.json': 'json', '.yaml': 'yaml', '.yml': 'yaml' }
const PYTHON = '.py'
export const CONFIG_FORMATS: readonly string[] = [...MODULES, ...Object.keys(DATA), PYTHON]

/**
 * What one config file says, its bases not yet merged. Modules are imported in this process (default export: an object,
 * or a function that returns one); JSON, YAML and Python are data.
 * @throws TesseraError CONFIG_NOT_FOUND, CONFIG_SYNTAX, INVALID_CONFIG, UNSUPPORTED
 */
export async function readConfigFile(file: string, context: ReadContext): Promise<ConfigDict> {
  const facts = statSync(file, { throwIfNoEntry: false })
  if (facts?.isFile() !== true) throw notFound(file, context.askedBy)
  if (MODULES.includes(extname(file))) return asConfig(await importConfig(file), file)
  return readConfigText(readText(file, facts, context.askedBy !== undefined), extname(file), file, context)
}

/**
 * The same for a text.
 * @param extension `.json`, `.yaml`, `.yml` or `.py`: formats that are data
 */
export async function readConfigText(text: string, extension: string, file: string, context: ReadContext): Promise<ConfigDict> {
  const format = Object.hasOwn(DATA, extension) ? DATA[extension] : undefined
  if (format !== undefined) return asConfig(parseConfigText(text, format, file), file)
  if (extension === PYTHON) return readPythonConfig(text, file, context)
  throw new TesseraError('INVALID_CONFIG', {
    what: 'this is not a config format',
    path: file,
    got: extension,
    expected: `one of ${CONFIG_FORMATS.join(', ')}`,
  })
}

function asConfig(value: unknown, file: string): ConfigDict {
  if (isPlainObject(value)) return value
  const isModule = MODULES.includes(extname(file))
  throw new TesseraError('INVALID_CONFIG', {
    what: isModule ? 'a config module exports its config by default' : 'a config is an object',
    path: file,
    got: value,
    expected: isModule ? 'export default defineConfig({ … })' : 'keys and values',
  })
}

function notFound(file: string, askedBy: string | undefined): TesseraError {
  const who = askedBy === undefined ? '' : `; ${askedBy} asks for it`
  if (existsSync(file)) {
    return new TesseraError('CONFIG_NOT_FOUND', {
      what: `this is not a file${who}`,
      path: file,
      expected: 'a config file',
      hint: configsIn(file).length === 0 ? undefined : `In it: ${configsIn(file).slice(0, 5).join(', ')}.`,
    })
  }
  const folder = dirname(file)
  return new TesseraError('CONFIG_NOT_FOUND', {
    what: askedBy === undefined ? 'there is no such config' : `there is no such base${who}`,
    path: file,
    nearest: nearbyNames(basename(file), configsIn(folder)).map((name) => join(folder, name)),
    hint: existsSync(folder) ? undefined : `The folder ${folder} does not exist.`,
  })
}

/** The same name with another ending first, then names that are spelt nearly so. */
function nearbyNames(name: string, known: readonly string[]): string[] {
  const stem = (file: string): string => file.slice(0, file.length - extname(file).length)
  const otherEnding = known.filter((candidate) => stem(candidate) === stem(name) || stem(candidate) === name)
  return otherEnding.length > 0 ? otherEnding : suggest(name, known)
}

function configsIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).filter((name) => CONFIG_FORMATS.includes(extname(name))) : []
}
