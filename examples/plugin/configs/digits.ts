import { defineConfig } from '@tessera/configs'
import vit from '@tessera/configs/vit'
// A TypeScript config imports its plugins; a JSON or YAML one names them in `custom_imports`.
import '../src/index.js'

/** The main job with this package's constructor and hook, found by their names. */
export default defineConfig({
  _base_: vit,
  optim_wrapper: {
    _delete_: true,
    type: 'OptimWrapper',
    optimizer: { type: 'AdamW', lr: 5e-4, weight_decay: 0.05 },
    constructor: 'HeadFirstOptimWrapperConstructor',
    paramwise_cfg: { head_lr_mult: 4, norm_decay_mult: 0 },
  },
  custom_hooks: [{ type: 'LossWatchHook', limit: 0.001 }],
})
