import { TesseraError } from '../errors.js'
import { copyConfig, refusePrototypeKey } from './copyConfig.js'
import { mergeValue } from './mergeConfig.js'
import { misspeltNames } from './misspeltNames.js'
import type { Override } from './parseOverrides.js'
import { type ConfigDict, isPlainObject } from './plainObject.js'
import { RUN_CONFIG_KEYS } from './runConfigSchema.js'

/**
 * The config with each override in its place, in order (MMEngine's `merge_from_dict`); the input stays as it is.
 * Dots lead into sections and list items (`param_scheduler.0.end`); a key that has dots itself (`custom_keys..cls_token`)
 * is found as well. A section given as a value merges. A new key is allowed, unless it looks like a misspelt one.
 * @throws TesseraError INVALID_OVERRIDE
 */
export function applyOverrides(config: ConfigDict, overrides: readonly Override[] | Readonly<Record<string, unknown>>): ConfigDict {
  const result = copyConfig(config)
  for (const override of isParsed(overrides) ? overrides : Object.entries(overrides).map(toOverride)) assign(result, override)
  return result
}

function isParsed(overrides: readonly Override[] | Readonly<Record<string, unknown>>): overrides is readonly Override[] {
  return Array.isArray(overrides)
}

function toOverride([key, value]: [string, unknown]): Override {
  return { key, value, isNew: false }
}

function assign(root: ConfigDict, override: Override): void {
  let holder: ConfigDict | unknown[] = root
  let rest = override.key.split('.')
  const walked: string[] = []
  while (true) {
    const key: string = Array.isArray(holder) ? listIndex(holder, rest, walked, override) : sectionKey(holder, rest, root, override)
    const used = key.split('.').length
    rest = rest.slice(used)
    walked.push(key)
    const current: unknown = Object.hasOwn(holder, key) ? Reflect.get(holder, key) : undefined
    if (rest.length === 0) {
      const value = current === undefined ? copyConfig(override.value, override.key) : mergeValue(current, override.value, override.key)
      Reflect.set(holder, key, value)
      return
    }
    if (current === undefined) Reflect.set(holder, key, {})
    const next: unknown = Reflect.get(holder, key)
    if (!isPlainObject(next) && !Array.isArray(next)) {
      throw new TesseraError('INVALID_OVERRIDE', {
        what: `'${walked.join('.')}' has no keys`,
        path: override.key,
        got: next,
        expected: 'a section or a list',
        hint: `Set '${walked.join('.')}' as a whole, or in the config file.`,
      })
    }
    holder = next
  }
}

function listIndex(list: unknown[], rest: readonly string[], walked: readonly string[], override: Override): string {
  const key = rest[0] ?? ''
  if (/^\d+$/.test(key) && Number(key) < list.length) return String(Number(key))
  throw new TesseraError('INVALID_OVERRIDE', {
    what: `'${walked.join('.')}' is a list of ${list.length}`,
    path: override.key,
    got: key,
    expected: list.length === 0 ? 'the whole list as a value' : `an index from 0 to ${list.length - 1}`,
  })
}

/** The key meant by the next parts: the part itself, or an existing key made of several because it has dots in it. */
function sectionKey(section: ConfigDict, rest: readonly string[], root: ConfigDict, override: Override): string {
  const first = rest[0] ?? ''
  if (first !== '' && Object.hasOwn(section, first)) return first
  for (let count = rest.length; count > 1; count--) {
    const joined = rest.slice(0, count).join('.')
    if (Object.hasOwn(section, joined)) return joined
  }
  if (first === '')
    throw new TesseraError('INVALID_OVERRIDE', { what: 'an empty key', path: override.key, expected: 'names separated by single dots' })
  refusePrototypeKey(first, () => override.key)
  if (!override.isNew) refuseMisspelt(first, section, root, override)
  return first
}

/** A new key is fine in MMEngine, and so a misspelt one trains on in silence; here a key that is nearly a known one is an error. */
function refuseMisspelt(key: string, section: ConfigDict, root: ConfigDict, override: Override): void {
  if (section === root ? RUN_CONFIG_KEYS.includes(key) : hasKeyAnywhere(root, key)) return
  const siblings = section === root ? [...new Set([...Object.keys(root), ...RUN_CONFIG_KEYS])] : Object.keys(section)
  const nearest = misspeltNames(key, siblings)
  if (nearest.length === 0) return
  throw new TesseraError('INVALID_OVERRIDE', {
    what: `the config has no key '${key}' here`,
    path: override.key,
    nearest,
    hint: `If it is meant to be new, write '+${override.key}=…'.`,
  })
}

function hasKeyAnywhere(value: unknown, key: string): boolean {
  if (Array.isArray(value)) return value.some((item) => hasKeyAnywhere(item, key))
  return isPlainObject(value) && (Object.hasOwn(value, key) || Object.values(value).some((child) => hasKeyAnywhere(child, key)))
}
