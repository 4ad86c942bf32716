import { type Builder, configPath, HOOKS, suggest, TesseraError } from '@tessera/core'
import { Hook } from '../hooks/hook.js'
import type { HookList } from '../hooks/hookList.js'
import type { Priority } from '../hooks/priority.js'
import { type Config, own, section, sections, withKeys } from './configSections.js'

/** MMEngine's default hooks, under the names by which a config changes or (with null) removes them. */
export const DEFAULT_HOOKS: Readonly<Record<string, Config>> = {
  runtime_info: { type: 'RuntimeInfoHook' },
  timer: { type: 'IterTimerHook' },
  sampler_seed: { type: 'DistSamplerSeedHook' },
  logger: { type: 'LoggerHook' },
  param_scheduler: { type: 'ParamSchedulerHook' },
  checkpoint: { type: 'CheckpointHook', interval: 1 },
}

/** The configs of all hooks of a run, in order of registration. */
export function hookConfigs(config: Config): Config[] {
  const given = section(config, 'default_hooks') ?? {}
  const merged = new Map<string, Config | undefined>(Object.entries(DEFAULT_HOOKS))
  for (const name of Object.keys(given)) {
    const changed = section(given, name)
    const type = DEFAULT_HOOKS[name]?.['type']
    merged.set(name, changed !== undefined && !Object.hasOwn(changed, 'type') && type !== undefined ? withKeys(changed, { type }) : changed)
  }
  return [...[...merged.values()].filter((hook) => hook !== undefined), ...sections(config, 'custom_hooks')]
}

/** Names that look like a default hook's and are none: the default would stay beside what was to change it. */
export function misspeltHooks(config: Config): string[] {
  const known = Object.keys(DEFAULT_HOOKS)
  return Object.keys(section(config, 'default_hooks') ?? {}).flatMap((name) => {
    const [nearest] = known.includes(name) ? [] : suggest(name, known)
    if (nearest === undefined) return []
    return [`default_hooks.${name} is a hook beside the default '${nearest}', which stays as it is. Was '${nearest}' meant?`]
  })
}

export function addHooks(hooks: HookList, config: Config, builder: Builder): void {
  for (const hookConfig of hookConfigs(config)) {
    const priority = own(hookConfig, 'priority')
    const built = HOOKS.build(withKeys(hookConfig, { priority: undefined }), builder)
    if (!(built instanceof Hook))
      throw new TesseraError('INVALID_CONFIG', { what: 'a hook extends Hook', path: configPath(hookConfig), got: built.constructor.name })
    // priorityValue, which reads it, refuses what is not one.
    hooks.add(built, priority as Priority | undefined, configPath(hookConfig))
  }
}
