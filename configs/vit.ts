import digits from './_base_/datasets/mnist_digits_bs64.js'
import runtime from './_base_/default_runtime.js'
import model from './_base_/models/vit-tiny-digits.js'
import { defineConfig } from './index.js'

/** The main job: a small ViT with layer-wise learning-rate decay on real digits. */
export default defineConfig({
  _base_: [model, digits, runtime],
  optim_wrapper: {
    type: 'OptimWrapper',
    optimizer: { type: 'AdamW', lr: 4e-3, weight_decay: 0.05, eps: 1e-8, betas: [0.9, 0.999] },
    constructor: 'LearningRateDecayOptimWrapperConstructor',
    paramwise_cfg: {
      layer_decay_rate: 0.75,
      norm_decay_mult: 0,
      flat_decay_mult: 0,
      custom_keys: { '.cls_token': { decay_mult: 0 }, '.pos_embed': { decay_mult: 0 } },
    },
  },
  param_scheduler: [
    { type: 'LinearLR', start_factor: 1e-4, by_epoch: true, begin: 0, end: 2, convert_to_iter_based: true },
    { type: 'CosineAnnealingLR', by_epoch: true, begin: 2, eta_min_ratio: 0.001, convert_to_iter_based: true },
  ],
  train_cfg: { by_epoch: true, max_epochs: 17, val_interval: 1 },
  default_hooks: { checkpoint: { interval: 5, max_keep_ckpts: 2, save_best: 'auto' } },
  randomness: { seed: 0 },
})
