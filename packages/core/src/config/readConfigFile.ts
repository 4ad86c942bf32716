import { existsSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, dirname, extname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parse as parseYaml } from 'yaml'
import { TesseraError } from '../errors.js'
import { suggest } from '../registry/suggest.js'
import { type ConfigDict, isPlainObject } from './plainObject.js'

const MODULES = ['.ts', '.mts', '.js', '.mjs']
const FORMATS = [...MODULES, '.json', '.yaml', '.yml']

/**
 * What one config file says, its bases not yet resolved. Modules are imported in this process (default export: an object,
 * or a function that returns one); JSON and YAML are data.
 * @param askedBy the config that names this one as its base, for messages
 * @throws TesseraError CONFIG_NOT_FOUND, CONFIG_SYNTAX, INVALID_CONFIG, UNSUPPORTED
 */
export async function readConfigFile(file: string, askedBy?: string): Promise<ConfigDict> {
  const extension = extname(file)
  if (!existsSync(file)) throw notFound(file, askedBy)
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
  const value = MODULES.includes(extension) ? await importConfig(file) : await parseData(file, extension)
  if (isPlainObject(value)) return value
  throw new TesseraError('INVALID_CONFIG', {
    what: MODULES.includes(extension) ? 'a config module exports its config by default' : 'a config is an object',
    path: file,
    got: value,
    expected: 'an object',
  })
}

async function importConfig(file: string): Promise<unknown> {
  let exported: unknown
  try {
    const module: Record<string, unknown> = await import(pathToFileURL(file).href)
    exported = Object.hasOwn(module, 'default') ? module['default'] : undefined
    return typeof exported === 'function' ? await exported() : exported
  } catch (error) {
    throw syntaxError(file, error)
  }
}

async function parseData(file: string, extension: string): Promise<unknown> {
  try {
    const text = await readFile(file, 'utf8')
    return extension === '.json' ? JSON.parse(text) : parseYaml(text, { maxAliasCount: 100 })
  } catch (error) {
    throw syntaxError(file, error)
  }
}

/** A config that throws, or cannot be parsed; with the line of the file where the stack tells it. */
function syntaxError(file: string, error: unknown): unknown {
  if (error instanceof TesseraError) return error
  const message = error instanceof Error ? error.message : String(error)
  const line = error instanceof Error ? new RegExp(`${escapeRegExp(basename(file))}:(\\d+)`).exec(error.stack ?? '')?.[1] : undefined
  return new TesseraError('CONFIG_SYNTAX', {
    what: `the config cannot be loaded: ${message.split('\n')[0] ?? ''}`,
    path: line === undefined ? file : `${file}:${line}`,
    cause: error,
  })
}

function notFound(file: string, askedBy: string | undefined): TesseraError {
  const folder = dirname(file)
  const neighbours = existsSync(folder) ? readdirSync(folder).filter((name) => FORMATS.includes(extname(name))) : []
  return new TesseraError('CONFIG_NOT_FOUND', {
    what: askedBy === undefined ? 'there is no such config' : `there is no such base; ${askedBy} asks for it`,
    path: file,
    nearest: suggest(basename(file), neighbours),
    hint: existsSync(folder) ? undefined : `The folder ${folder} does not exist.`,
  })
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
