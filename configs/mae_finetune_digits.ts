import digits from './_base_/datasets/mnist_digits_bs64.js'
import runtime from './_base_/default_runtime.js'
import { defineConfig } from './index.js'

/**
 * A ViT that starts from what configs/mae_pretrain_digits.ts has learnt, with layer-wise decay: the deeper a layer, the faster it changes.
 * Another checkpoint: `--cfg-options model.backbone.init_cfg.checkpoint=…`.
 */
export default defineConfig({
  _base_: [digits, runtime],
  model: {
    type: 'ImageClassifier',
    backbone: {
      type: 'VisionTransformer',
      arch: { embed_dims: 64, num_layers: 4, num_heads: 4, feedforward_channels: 256 },
      img_size: 28,
      patch_size: 7,
      in_channels: 1,
      out_type: 'avg_featmap',
      final_norm: false,
      init_cfg: { type: 'Pretrained', checkpoint: 'work_dirs/mae_pretrain_digits/epoch_20', prefix: 'backbone.' },
    },
    head: { type: 'LinearClsHead', num_classes: 10, in_channels: 64, init_cfg: [{ type: 'TruncNormal', layer: 'Linear', std: 2e-5 }] },
  },
  optim_wrapper: {
    type: 'OptimWrapper',
    optimizer: { type: 'AdamW', lr: 2e-3, weight_decay: 0.05, betas: [0.9, 0.999] },
    constructor: 'LearningRateDecayOptimWrapperConstructor',
    paramwise_cfg: {
      layer_decay_rate: 0.75,
      custom_keys: {
        '.ln': { decay_mult: 0 },
        '.bias': { decay_mult: 0 },
        '.cls_token': { decay_mult: 0 },
        '.pos_embed': { decay_mult: 0 },
      },
    },
  },
  param_scheduler: [
    { type: 'LinearLR', start_factor: 1e-4, by_epoch: true, begin: 0, end: 1, convert_to_iter_based: true },
    { type: 'CosineAnnealingLR', by_epoch: true, begin: 1, eta_min: 1e-6, convert_to_iter_based: true },
  ],
  train_cfg: { by_epoch: true, max_epochs: 5, val_interval: 1 },
  default_hooks: { checkpoint: { interval: 5, max_keep_ckpts: 1 } },
  randomness: { seed: 0 },
})
