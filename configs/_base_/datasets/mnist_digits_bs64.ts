import { defineConfig } from '../../index.js'

const evaluation = {
  batch_size: 250,
  num_workers: 0,
  dataset: { type: 'MNISTDigits', split: 'test', pipeline: [{ type: 'PackInputs' }] },
  sampler: { type: 'DefaultSampler', shuffle: false },
} as const

/** 8,500 digits to train on, 1,500 held back. */
export default defineConfig({
  data_preprocessor: { type: 'ClsDataPreprocessor', num_classes: 10, mean: [33.3], std: [78.6] },
  train_dataloader: {
    batch_size: 64,
    num_workers: 0,
    drop_last: true,
    dataset: {
      type: 'MNISTDigits',
      split: 'train',
      // A digit moved by up to two pixels is the same digit.
      pipeline: [{ type: 'RandomCrop', crop_size: 28, padding: 2 }, { type: 'PackInputs' }],
    },
    sampler: { type: 'DefaultSampler', shuffle: true },
  },
  val_dataloader: evaluation,
  test_dataloader: evaluation,
  val_cfg: {},
  test_cfg: {},
  val_evaluator: { type: 'Accuracy', topk: [1] },
  test_evaluator: { type: 'Accuracy', topk: [1] },
})
