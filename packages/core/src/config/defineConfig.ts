import type * as v from 'valibot'
import { rememberCaller } from './configOrigin.js'
import type { runConfigSchema } from './runConfigSchema.js'

/**
 * What a config file may say. Keys of your own are added by declaration merging:
 * `declare module '@tessera/core' { interface RunConfig { my_key?: number } }`; plain variables can be TypeScript constants.
 */
export interface RunConfig extends v.InferInput<typeof runConfigSchema> {
  /** Configs that this one changes: paths relative to this file, imported configs, or a list of both. */
  _base_?: ConfigBase | readonly ConfigBase[]
}

export type ConfigBase = string | RunConfig

/** A config as it runs: bases merged, checked, frozen; sections are raw until their components are built. */
export type LoadedRunConfig = Readonly<v.InferOutput<typeof runConfigSchema>> & Readonly<Record<string, unknown>>

/** Gives a config file its types: `export default defineConfig({ … })`. Returns what it was given, and remembers which file that is. */
export function defineConfig(config: RunConfig): RunConfig {
  rememberCaller(config, defineConfig)
  return config
}
