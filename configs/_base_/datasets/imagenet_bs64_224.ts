import { defineConfig } from '../../index.js'

const validation = {
  batch_size: 64,
  num_workers: 5,
  dataset: {
    type: 'CustomDataset',
    data_root: 'data/imagenet/val',
    with_label: true,
    pipeline: [
      { type: 'LoadImageFromFile' },
      { type: 'ResizeEdge', scale: 256, edge: 'short', backend: 'pillow', interpolation: 'bicubic' },
      { type: 'CenterCrop', crop_size: 224 },
      { type: 'PackInputs' },
    ],
  },
  sampler: { type: 'DefaultSampler', shuffle: false },
} as const

/** ImageNet as folders of images, one a class: `data/imagenet/{train,val}/<class>/*.JPEG`. */
export default defineConfig({
  data_preprocessor: {
    type: 'ClsDataPreprocessor',
    num_classes: 1000,
    mean: [123.675, 116.28, 103.53],
    std: [58.395, 57.12, 57.375],
    to_rgb: true,
  },
  train_dataloader: {
    batch_size: 64,
    num_workers: 5,
    dataset: {
      type: 'CustomDataset',
      data_root: 'data/imagenet/train',
      with_label: true,
      pipeline: [
        { type: 'LoadImageFromFile' },
        { type: 'RandomResizedCrop', scale: 224, backend: 'pillow', interpolation: 'bicubic' },
        { type: 'RandomFlip', prob: 0.5, direction: 'horizontal' },
        { type: 'PackInputs' },
      ],
    },
    sampler: { type: 'DefaultSampler', shuffle: true },
  },
  val_dataloader: validation,
  test_dataloader: validation,
  val_cfg: {},
  test_cfg: {},
  val_evaluator: { type: 'Accuracy', topk: [1, 5] },
  test_evaluator: { type: 'Accuracy', topk: [1, 5] },
})
