import imagenet from '../_base_/datasets/imagenet_bs64_224.js'
import runtime from '../_base_/default_runtime.js'
import model from '../_base_/models/vit-base-p16.js'
import { defineConfig } from '../index.js'

/** ViT-B/16 fine-tuned with layer-wise learning-rate decay, the schedule of the MAE paper's fine-tuning (arXiv 2111.06377, table 9). */
export default defineConfig({
  _base_: [model, imagenet, runtime],
  model: {
    backbone: { drop_rate: 0, drop_path_rate: 0.1, out_type: 'avg_featmap', final_norm: false },
    head: {
      _delete_: true,
      type: 'LinearClsHead',
      num_classes: 1000,
      in_channels: 768,
      loss: { type: 'LabelSmoothLoss', label_smooth_val: 0.1, mode: 'original' },
      init_cfg: [{ type: 'TruncNormal', layer: 'Linear', std: 2e-5 }],
    },
  },
  optim_wrapper: {
    type: 'OptimWrapper',
    optimizer: { type: 'AdamW', lr: 2e-3, weight_decay: 0.05, eps: 1e-8, betas: [0.9, 0.999] },
    constructor: 'LearningRateDecayOptimWrapperConstructor',
    paramwise_cfg: {
      layer_decay_rate: 0.65,
      norm_decay_mult: 0,
      bias_decay_mult: 0,
      flat_decay_mult: 0,
      custom_keys: { '.cls_token': { decay_mult: 0 }, '.pos_embed': { decay_mult: 0 } },
    },
  },
  param_scheduler: [
    { type: 'LinearLR', start_factor: 1e-4, by_epoch: true, begin: 0, end: 5, convert_to_iter_based: true },
    { type: 'CosineAnnealingLR', T_max: 95, by_epoch: true, begin: 5, end: 100, eta_min: 1e-6, convert_to_iter_based: true },
  ],
  train_cfg: { by_epoch: true, max_epochs: 100, val_interval: 1 },
  auto_scale_lr: { base_batch_size: 1024 },
  default_hooks: { checkpoint: { max_keep_ckpts: 3 } },
  randomness: { seed: 0 },
})
