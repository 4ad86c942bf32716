import { defineConfig } from '../index.js'

/** What every run shares: hooks, logging, seed. */
export default defineConfig({
  default_hooks: {
    runtime_info: { type: 'RuntimeInfoHook' },
    timer: { type: 'IterTimerHook' },
    sampler_seed: { type: 'DistSamplerSeedHook' },
    logger: { type: 'LoggerHook', interval: 100 },
    param_scheduler: { type: 'ParamSchedulerHook' },
    checkpoint: { type: 'CheckpointHook', interval: 1 },
  },
  log_level: 'INFO',
  load_from: null,
  resume: false,
  randomness: { seed: null, deterministic: false },
})
