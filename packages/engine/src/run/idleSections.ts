import { type Config, own } from './configSections.js'

/** Sections of MMEngine's recipes that a run accepts and does nothing with, so that the log can say so. */
const WITHOUT_EFFECT = ['model_wrapper_cfg', 'sync_bn', 'find_unused_parameters', 'activation_checkpointing', 'efficient_conv_bn_eval']

/** Those of them that this config sets. */
export function idleSections(config: Config): string[] {
  return WITHOUT_EFFECT.filter((key) => {
    const value = own(config, key)
    return value !== undefined && value !== null && value !== false
  })
}
