import { resolve } from 'node:path'
import { applyOverrides } from './applyOverrides.js'
import { sealConfig } from './checkConfig.js'
import { copyConfig } from './copyConfig.js'
import type { LoadedRunConfig } from './defineConfig.js'
import { importScopes } from './importScopes.js'
import { type ConfigLayer, createSession, type LoadSession } from './loadSession.js'
import { parseOverrides } from './parseOverrides.js'
import type { ConfigDict } from './plainObject.js'
import { importPlugins } from './pluginImports.js'
import { readWithBases } from './resolveBases.js'

export interface LoadOptions {
  /** `--cfg-options` entries, or dotted keys with values; applied last. */
  overrides?: readonly string[] | Readonly<Record<string, unknown>>
  /** What command-line flags change, after the bases and before the overrides. */
  adjust?: (config: ConfigDict) => ConfigDict
}

export interface LoadedConfig {
  /** Bases merged, overrides applied, checked, deeply frozen. */
  readonly config: LoadedRunConfig
  /** Absolute path of the file it was read from. */
  readonly file: string
  /** What a user should know though it is no error: imports that failed and were allowed to, deprecations, unknown scopes. */
  readonly warnings: readonly string[]
  /** Every source in the order in which they were merged; `settingsOf` says which of them set a key. */
  readonly layers: readonly ConfigLayer[]
  /** The environment variables that placeholders read, with the values they had. */
  readonly environment: Readonly<Record<string, string>>
}

/**
 * Reads a config file (.ts, .js, .json, .yaml, .py) with its bases, applies flags and overrides, imports its plugins, checks it and freezes it.
 * @throws TesseraError with the file or the config path
 */
export async function loadConfig(path: string, options: LoadOptions = {}): Promise<LoadedConfig> {
  const file = resolve(path)
  const session = createSession()
  return finishConfig(await readWithBases(file, session), file, session, options)
}

/** What is the same for a file and a text: flags, overrides, plugins (unless switched off), the check. */
export async function finishConfig(
  read: ConfigDict,
  file: string,
  session: LoadSession,
  options: LoadOptions & { plugins?: boolean },
): Promise<LoadedConfig> {
  // Reading made a config that is nobody else's; flags may bring something that is.
  let config = read
  if (options.adjust !== undefined) {
    config = copyConfig(options.adjust(config))
    session.layers.push({ source: 'the flags of the command line', config, isWhole: true })
  }
  const overrides = options.overrides ?? []
  if (Object.keys(overrides).length > 0) config = applyOverrides(config, isWritten(overrides) ? parseOverrides(overrides) : overrides)
  session.layers.push({ source: 'overrides (--cfg-options)', config, isWhole: true })
  if (options.plugins !== false) session.warnings.push(...(await importPlugins(config, file)), ...(await importScopes(config, file)))
  const { warnings, layers, environment } = session
  return { config: sealConfig(config), file, warnings, layers, environment: environment.used }
}

function isWritten(overrides: readonly string[] | Readonly<Record<string, unknown>>): overrides is readonly string[] {
  return Array.isArray(overrides)
}
