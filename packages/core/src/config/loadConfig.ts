import { createRequire } from 'node:module'
import { dirname, isAbsolute, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as v from 'valibot'
import { TesseraError } from '../errors.js'
import { suggest } from '../registry/suggest.js'
import { applyOverrides } from './applyOverrides.js'
import { annotatePaths } from './configPath.js'
import type { LoadedRunConfig } from './defineConfig.js'
import { freezeConfig } from './freezeConfig.js'
import { parseOverrides } from './parseOverrides.js'
import type { ConfigDict } from './plainObject.js'
import { readWithBases } from './resolveBases.js'
import { RUN_CONFIG_KEYS, runConfigSchema } from './runConfigSchema.js'

export interface LoadOptions {
  /** `--cfg-options` entries, applied last. */
  overrides?: readonly string[]
  /** What command-line flags change, after the bases and before the overrides. */
  adjust?: (config: ConfigDict) => ConfigDict
}

export interface LoadedConfig {
  /** Bases merged, overrides applied, checked, deeply frozen. */
  readonly config: LoadedRunConfig
  /** Absolute path of the file it was read from. */
  readonly file: string
}

/**
 * Reads a config file (.ts, .js, .json, .yaml) with its bases, applies flags and overrides, imports its plugins, checks it and freezes it.
 * @throws TesseraError with the file or the config path
 */
export async function loadConfig(path: string, options: LoadOptions = {}): Promise<LoadedConfig> {
  const file = resolve(path)
  let config = await readWithBases(file)
  if (options.adjust !== undefined) config = options.adjust(config)
  config = applyOverrides(config, parseOverrides(options.overrides ?? []))
  await importPlugins(config, file)
  return { config: checkConfig(config), file }
}

/** Checks a config as a whole, remembers where everything in it stands, and freezes it. Sections are checked when they are built. */
export function checkConfig(config: ConfigDict): LoadedRunConfig {
  for (const key of Object.keys(config)) refuseMisspelt(key)
  const result = v.safeParse(runConfigSchema, Object.assign(Object.create(null), config))
  if (!result.success) {
    const [issue] = result.issues
    throw new TesseraError('INVALID_CONFIG', {
      what: issue.type === 'custom' ? issue.message : 'the config cannot take this value',
      path: v.getDotPath(issue) ?? '',
      got: issue.input,
      expected: issue.type === 'custom' || issue.expected === null ? undefined : issue.expected,
    })
  }
  annotatePaths(config)
  // The schema keeps values as they are, so what it has accepted is the config itself, free variables included.
  return freezeConfig(config) as LoadedRunConfig
}

/** Python recipes carry variables of their own at the top level; a name that is nearly a known key is a slip. */
function refuseMisspelt(key: string): void {
  if (RUN_CONFIG_KEYS.includes(key)) return
  const nearest = suggest(key, RUN_CONFIG_KEYS, 1).filter((known) => !/\d/.test(known + key) && Math.abs(known.length - key.length) <= 2)
  if (nearest.length > 0) throw new TesseraError('INVALID_CONFIG', { what: 'there is no such top-level key', path: key, nearest })
}

async function importPlugins(config: ConfigDict, file: string): Promise<void> {
  const section = v.safeParse(
    runConfigSchema.entries.custom_imports,
    Object.hasOwn(config, 'custom_imports') ? config['custom_imports'] : undefined,
  )
  if (!section.success || section.output === null || section.output === undefined) return
  const { imports } = section.output
  for (const name of typeof imports === 'string' ? [imports] : imports) {
    try {
      await import(locate(name, file))
    } catch (error) {
      if (section.output.allow_failed_imports === true) continue
      throw new TesseraError('CONFIG_NOT_FOUND', {
        what: `a plugin cannot be imported: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`,
        path: 'custom_imports.imports',
        got: name,
        cause: error,
      })
    }
  }
}

/** A file relative to the config, or a package as the config's own folder would find it. */
function locate(name: string, file: string): string {
  if (name.startsWith('.') || isAbsolute(name)) return pathToFileURL(resolve(dirname(file), name)).href
  return pathToFileURL(createRequire(file).resolve(name)).href
}
