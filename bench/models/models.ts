const LINEAR = { type: 'LinearClsHead', num_classes: 1000 }
const POOLED = { neck: { type: 'GlobalAveragePooling' } }
const ADAM_W = { type: 'AdamW', lr: 1e-3, weight_decay: 0.05 }

/** As MMPreTrain's configs have them, at 224 × 224, and as torchvision has them. */
export const MODELS = {
  resnet50: {
    batch: 8,
    model: { backbone: { type: 'ResNet', depth: 50 }, head: { ...LINEAR, in_channels: 2048 }, ...POOLED },
    optimizer: { type: 'SGD', lr: 0.1, momentum: 0.9, weight_decay: 1e-4 },
  },
  swin_t: {
    batch: 4,
    model: {
      backbone: { type: 'SwinTransformer', arch: 'tiny', img_size: 224, drop_path_rate: 0.2 },
      head: { ...LINEAR, in_channels: 768 },
      ...POOLED,
    },
    optimizer: ADAM_W,
  },
  convnext_tiny: {
    batch: 4,
    model: { backbone: { type: 'ConvNeXt', arch: 'tiny', drop_path_rate: 0.1 }, head: { ...LINEAR, in_channels: 768 } },
    optimizer: ADAM_W,
  },
} as const

export type ModelName = keyof typeof MODELS
