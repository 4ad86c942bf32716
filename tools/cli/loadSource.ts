import { type LoadedConfig, type LoadOptions, loadConfig } from '@tessera/core'

/** Loads a config for a tool; what it warns of (a deprecated key, a plugin that may fail) goes to stderr. */
export async function loadSource(path: string, options: LoadOptions): Promise<LoadedConfig> {
  const source = await loadConfig(path, options)
  for (const warning of source.warnings) process.stderr.write(`warning: ${warning}\n`)
  return source
}
