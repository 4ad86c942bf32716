/** ViT-L/16 for 1,000 classes: 304 million parameters, 1.2 GB in float32. */
export const VIT_L = {
  type: 'ImageClassifier',
  data_preprocessor: { type: 'ClsDataPreprocessor' },
  backbone: { type: 'VisionTransformer', arch: 'l', img_size: 224, patch_size: 16 },
  head: { type: 'VisionTransformerClsHead', num_classes: 1000, in_channels: 1024 },
} as const
