import { resolve } from 'node:path'
import { applyOverrides } from './applyOverrides.js'
import { checkConfig } from './checkConfig.js'
import type { LoadedRunConfig } from './defineConfig.js'
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
  /** What a user should know though it is no error: imports that failed and were allowed to, deprecations. */
  readonly warnings: readonly string[]
}

/**
 * Reads a config file (.ts, .js, .json, .yaml) with its bases, applies flags and overrides, imports its plugins, checks it and freezes it.
 * @throws TesseraError with the file or the config path
 */
export async function loadConfig(path: string, options: LoadOptions = {}): Promise<LoadedConfig> {
  const file = resolve(path)
  let config = await readWithBases(file)
  if (options.adjust !== undefined) config = options.adjust(config)
  const overrides = options.overrides ?? []
  config = applyOverrides(config, isWritten(overrides) ? parseOverrides(overrides) : overrides)
  const { _deprecation_: deprecation, ...current } = config
  const failures = await importPlugins(current, file)
  return { config: checkConfig(current), file, warnings: [...deprecationNote(deprecation, file), ...failures] }
}

function isWritten(overrides: readonly string[] | Readonly<Record<string, unknown>>): overrides is readonly string[] {
  return Array.isArray(overrides)
}

/** MMEngine's `_deprecation_: { expected, reference }`: a recipe that has been replaced. */
function deprecationNote(note: unknown, file: string): string[] {
  if (typeof note !== 'object' || note === null) return []
  const { expected, reference }: { expected?: unknown; reference?: unknown } = note
  return [
    `${file} is deprecated${expected === undefined ? '' : `; use ${String(expected)} instead`}${reference === undefined ? '' : ` (see ${String(reference)})`}`,
  ]
}
