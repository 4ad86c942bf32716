import { annotatePaths, configPath } from '../config/configPath.js'
import type { Builder, Registry } from '../registry/registry.js'
import { RunContainer } from './runContainer.js'

export interface BuildOptions {
  /** Options for what the config does not say; the config wins. */
  defaults?: Readonly<Record<string, unknown>>
  /** The run that provides services. Default: a container of its own, which provides a silent logger and little else. */
  builder?: Builder
  /** What the constructor takes after the options. */
  args?: readonly unknown[]
}

/**
 * Builds what a config names (MMEngine's `build_from_cfg`). The config is not changed; `type` may come from the defaults.
 * @throws TesseraError MISSING_TYPE, UNKNOWN_TYPE, INVALID_OPTIONS, with the config path if the config was loaded
 */
export function buildFromConfig<TInstance>(config: object, registry: Registry<TInstance>, options: BuildOptions = {}): TInstance {
  const { defaults, builder = new RunContainer(), args = [] } = options
  if (defaults === undefined) return builder.build(registry, config, ...args)
  const merged = { ...defaults, ...config }
  const path = configPath(config)
  if (path !== undefined) annotatePaths(merged, path, { keep: true })
  return builder.build(registry, merged, ...args)
}
