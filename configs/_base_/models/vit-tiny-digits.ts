import { defineConfig } from '../../index.js'

/** A ViT for 28 × 28 digits: 16 patches of 7 × 7, width 64, 4 layers. */
export default defineConfig({
  model: {
    type: 'ImageClassifier',
    backbone: {
      type: 'VisionTransformer',
      arch: { embed_dims: 64, num_layers: 4, num_heads: 4, feedforward_channels: 256 },
      img_size: 28,
      patch_size: 7,
      in_channels: 1,
    },
    head: {
      type: 'VisionTransformerClsHead',
      num_classes: 10,
      in_channels: 64,
      loss: { type: 'CrossEntropyLoss', loss_weight: 1 },
    },
  },
})
