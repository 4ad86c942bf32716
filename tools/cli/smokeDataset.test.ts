import { expect, test } from '@jest/globals'
import { withSampleData } from './smokeDataset.js'

const pipeline = [{ type: 'PackInputs' }]
const sample = { type: 'CustomDataset', data_root: 'samples/images', pipeline }
const cifar = [{ type: 'LoadImageFromFile', color_type: 'color' }, { type: 'Resize', scale: 32 }, ...pipeline]
const digits = [{ type: 'LoadImageFromFile', color_type: 'grayscale' }, { type: 'Resize', scale: 28 }, ...pipeline]
const gone = 'data/none'

test.each<[string, object, unknown]>([
  ['a folder of classes', { type: 'CustomDataset', data_root: gone, ann_file: 'a.txt', pipeline, indices: 4 }, sample],
  ['ImageNet', { type: 'ImageNet', data_root: gone, split: 'train', pipeline }, sample],
  ['a place that stands in the prefix alone', { type: 'ImageNet', data_root: '', data_prefix: { img_path: gone }, pipeline }, sample],
  ['images without labels', { type: 'ImageNet', data_root: gone, with_label: false, pipeline }, { ...sample, with_label: false }],
  ['CIFAR', { type: 'CIFAR100', data_root: gone, split: 'test', pipeline }, { ...sample, pipeline: cifar }],
  ['a place without a root', { type: 'MNIST', data_prefix: gone, pipeline }, { ...sample, pipeline: digits }],
  ['digits', { type: 'MNIST', data_root: gone, pipeline }, { ...sample, pipeline: digits }],
  [
    'several labels',
    { type: 'VOC', data_root: gone, split: 'trainval', pipeline },
    { type: 'MultiLabelDataset', data_root: 'samples', ann_file: 'labels.json', data_prefix: 'images', pipeline },
  ],
  [
    'what is wrapped',
    { type: 'RepeatDataset', times: 3, dataset: { type: 'ConcatDataset', datasets: [{ type: 'CUB', data_root: gone, pipeline }] } },
    { type: 'RepeatDataset', times: 3, dataset: { type: 'ConcatDataset', datasets: [sample] } },
  ],
])('%s that is not there becomes sample images', (_name, dataset, expected) => {
  const missing = new Set<string>()
  expect(withSampleData(dataset, 'samples', missing)).toEqual(expected)
  expect([...missing]).toEqual([gone])
})

test.each<[string, unknown]>([
  ['data that is there', { type: 'ImageNet', data_root: import.meta.dirname }],
  ['data of another kind', { type: 'Mine', data_root: gone }],
  ['data without a place', { type: 'MnistDigits', split: 'train' }],
  ['nothing', undefined],
])('%s stays', (_name, dataset) => {
  const missing = new Set<string>()
  expect(withSampleData(dataset, 'samples', missing)).toBe(dataset)
  expect([...missing]).toEqual([])
})
