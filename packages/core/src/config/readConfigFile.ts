import { existsSync, readdirSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { TesseraError } from '../errors.js'
import { suggest } from '../registry/suggest.js'
import { importConfig } from './importConfig.js'
import { parseConfigText } from './parseConfigText.js'
import { type ConfigDict, isPlainObject } from './plainObject.js'

const MODULES = ['.ts', '.mts', '.js', '.mjs']
const DATA = ['.json', '.yaml', '.yml']
const FORMATS = [...MODULES, ...DATA]

/**
 * What one config file says, its bases not yet resolved. Modules are imported in this process (default export: an object,
 * or a function that returns one); JSON and YAML are data.
 * @param askedBy the config that names this one as its base, for messages
 * @throws TesseraError CONFIG_NOT_FOUND, CONFIG_SYNTAX, INVALID_CONFIG, UNSUPPORTED
 */
export async function readConfigFile(file: string, askedBy?: string): Promise<ConfigDict> {
  const extension = extname(file)
  if (!isFile(file)) throw notFound(file, askedBy)
  if (extension === '.py') {
    throw new TesseraError('UNSUPPORTED', {
      what: 'Python configs cannot be read yet',
      path: file,
      expected: `one of ${FORMATS.join(', ')}`,
    })
  }
  if (!FORMATS.includes(extension)) {
    throw new TesseraError('INVALID_CONFIG', {
      what: 'this is not a config format',
      path: file,
      got: extension,
      expected: `one of ${FORMATS.join(', ')}`,
    })
  }
  const isModule = MODULES.includes(extension)
  const value = isModule
    ? await importConfig(file)
    : parseConfigText(await readFile(file, 'utf8'), extension === '.json' ? 'json' : 'yaml', file)
  if (isPlainObject(value)) return value
  throw new TesseraError('INVALID_CONFIG', {
    what: isModule ? 'a config module exports its config by default' : 'a config is an object',
    path: file,
    got: value,
    expected: isModule ? 'export default defineConfig({ … })' : 'keys and values',
  })
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
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
  return existsSync(folder) ? readdirSync(folder).filter((name) => FORMATS.includes(extname(name))) : []
}
