import { isDeepStrictEqual } from 'node:util'
import type { ConfigLayer } from './loadSession.js'
import { mergeConfig } from './mergeConfig.js'
import { keyParts, valueAt } from './valueAt.js'

/** One source that gave a key its value, until a later one gave it another. */
export interface Setting {
  /** The file (with the line where it is known), the flags, or the overrides. */
  readonly source: string
  /** Undefined where a source took the key away. */
  readonly value: unknown
}

/**
 * Which sources set a key, first to last; the last one is why the config is as it is. Empty for a key that nobody sets.
 * @param layers of a loaded config
 * @param key as in an override: `optim_wrapper.optimizer.lr`, `param_scheduler.0.end`, `custom_keys..cls_token`
 */
export function settingsOf(layers: readonly ConfigLayer[], key: string): Setting[] {
  const settings: Setting[] = []
  let merged = {}
  for (const layer of layers) {
    const before = valueAt(merged, keyParts(key))
    merged = layer.isWhole === true ? layer.config : mergeConfig(merged, layer.config)
    const value = valueAt(merged, keyParts(key))
    if (!isDeepStrictEqual(before, value)) settings.push({ source: layer.source, value })
  }
  return settings
}
