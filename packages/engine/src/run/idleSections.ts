import { type Config, own } from './configSections.js'

/** Sections of MMEngine's recipes that a run accepts and does nothing with, so that the log can say so. */
const WITHOUT_EFFECT = [
  'visualizer',
  'vis_backends',
  'model_wrapper_cfg',
  'sync_bn',
  'find_unused_parameters',
  'activation_checkpointing',
  'efficient_conv_bn_eval',
  'tta_model',
  'tta_pipeline',
]

/** Those of them that this config sets. Curves and scalars are always kept, as LocalVisBackend would, so that alone is no news. */
export function idleSections(config: Config): string[] {
  return WITHOUT_EFFECT.filter((key) => {
    const value = own(config, key)
    return value !== undefined && value !== null && value !== false && !isLocalOnly(value)
  })
}

function isLocalOnly(value: unknown): boolean {
  return JSON.stringify(value) === '[{"type":"LocalVisBackend"}]'
}
