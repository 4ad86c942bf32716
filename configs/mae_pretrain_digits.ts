import digits from './_base_/datasets/mnist_digits_bs64.js'
import runtime from './_base_/default_runtime.js'
import { defineConfig } from './index.js'

/** A masked autoencoder on digits, without their labels; configs/mae_finetune_digits.ts goes on from it. */
export default defineConfig({
  _base_: [digits, runtime],
  data_preprocessor: { _delete_: true, type: 'SelfSupDataPreprocessor', mean: [33.3], std: [78.6] },
  model: {
    type: 'MAE',
    backbone: {
      type: 'MAEViT',
      arch: { embed_dims: 64, num_layers: 4, num_heads: 4, feedforward_channels: 256 },
      img_size: 28,
      patch_size: 7,
      in_channels: 1,
      // Of sixteen patches eight stay: digits have less to guess from than photographs.
      mask_ratio: 0.5,
    },
    neck: {
      type: 'MAEPretrainDecoder',
      num_patches: 16,
      patch_size: 7,
      in_chans: 1,
      embed_dim: 64,
      decoder_embed_dim: 32,
      decoder_depth: 2,
      decoder_num_heads: 4,
    },
    head: { type: 'MAEPretrainHead', patch_size: 7, in_channels: 1, loss: { type: 'PixelReconstructionLoss', criterion: 'L2' } },
  },
  optim_wrapper: {
    type: 'OptimWrapper',
    optimizer: { type: 'AdamW', lr: 2e-3, weight_decay: 0.05, betas: [0.9, 0.95] },
    paramwise_cfg: {
      custom_keys: {
        ln: { decay_mult: 0 },
        bias: { decay_mult: 0 },
        pos_embed: { decay_mult: 0 },
        mask_token: { decay_mult: 0 },
        cls_token: { decay_mult: 0 },
      },
    },
  },
  param_scheduler: [
    { type: 'LinearLR', start_factor: 1e-4, by_epoch: true, begin: 0, end: 2, convert_to_iter_based: true },
    { type: 'CosineAnnealingLR', by_epoch: true, begin: 2, eta_min: 1e-5, convert_to_iter_based: true },
  ],
  train_cfg: { by_epoch: true, max_epochs: 20 },
  // There is nothing to predict, and so nothing to validate.
  val_dataloader: null,
  val_cfg: null,
  val_evaluator: null,
  test_dataloader: null,
  test_cfg: null,
  test_evaluator: null,
  default_hooks: { checkpoint: { interval: 20, max_keep_ckpts: 1 } },
  randomness: { seed: 0 },
})
