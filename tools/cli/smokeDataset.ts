import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { valueAt } from '@tessera/core'

/** Data sets of images in folders or lists, with a class each. */
const FOLDERS: ReadonlySet<unknown> = new Set(['CustomDataset', 'ImageNet', 'ImageNet21k', 'CUB'])
/** Those whose images have several classes each. */
const SEVERAL_LABELS: ReadonlySet<unknown> = new Set(['VOC', 'MultiLabelDataset'])
/** Those that give pixels rather than files, which their pipelines do not read: how an image is made like theirs. */
const PIXELS: Readonly<Record<string, readonly [size: number, colour: string]>> = {
  CIFAR10: [32, 'color'],
  CIFAR100: [32, 'color'],
  MNIST: [28, 'grayscale'],
  FashionMNIST: [28, 'grayscale'],
}

/** The file of the sample folder that gives its images several labels each. */
export const LABELS_FILE = 'labels.json'

/**
 * A data set's config with the sample folder in place of data that is not on this machine, also inside wrappers; itself where nothing
 * is missing, or where sample images cannot stand for the data.
 * @param missing gets the places that were not found
 */
export function withSampleData(dataset: unknown, folder: string, missing: Set<string>): unknown {
  if (typeof dataset !== 'object' || dataset === null) return dataset
  const wrapped = valueAt(dataset, ['dataset'])
  if (wrapped !== undefined) return { ...dataset, dataset: withSampleData(wrapped, folder, missing) }
  const several = valueAt(dataset, ['datasets'])
  if (Array.isArray(several)) return { ...dataset, datasets: several.map((one) => withSampleData(one, folder, missing)) }
  const sample = sampleFor(dataset, folder)
  const place = placeOf(dataset)
  if (sample === undefined || place === undefined || existsSync(place)) return dataset
  missing.add(place)
  return sample
}

function placeOf(dataset: object): string | undefined {
  const root = valueAt(dataset, ['data_root'])
  if (typeof root === 'string' && root !== '') return root
  const prefix = valueAt(dataset, ['data_prefix', 'img_path']) ?? valueAt(dataset, ['data_prefix'])
  return typeof prefix === 'string' && prefix !== '' ? prefix : undefined
}

function sampleFor(dataset: object, folder: string): object | undefined {
  const type = valueAt(dataset, ['type'])
  const pipeline = valueAt(dataset, ['pipeline']) ?? []
  const withLabel = valueAt(dataset, ['with_label'])
  const sample = {
    type: 'CustomDataset',
    data_root: join(folder, 'images'),
    pipeline,
    ...(withLabel !== undefined && { with_label: withLabel }),
  }
  if (FOLDERS.has(type)) return sample
  if (SEVERAL_LABELS.has(type))
    return { type: 'MultiLabelDataset', data_root: folder, ann_file: LABELS_FILE, data_prefix: 'images', pipeline }
  if (typeof type !== 'string' || !Object.hasOwn(PIXELS, type)) return undefined
  const [size, colour] = PIXELS[type] ?? [0, '']
  const read = [
    { type: 'LoadImageFromFile', color_type: colour },
    { type: 'Resize', scale: size },
  ]
  return { ...sample, pipeline: [...read, ...(Array.isArray(pipeline) ? pipeline : [])] }
}
