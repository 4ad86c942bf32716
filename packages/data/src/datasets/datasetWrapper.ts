import {
  type Builder,
  type ComponentConfig,
  DATASETS,
  type Dataset,
  type DatasetTypes,
  type MetaInfo,
  type PackedSample,
  type RandomSource,
  TesseraError,
  type TransformTypes,
} from '@tessera/core'

/** A data set that knows the classes of a sample without loading its image. */
export interface HasCategories extends Dataset {
  /** Class indices of sample `index`. */
  getCatIds(index: number): readonly number[]
}

/** @throws TesseraError UNSUPPORTED for a data set that does not know them */
export function withCategories(dataset: Dataset): HasCategories {
  if (hasCategories(dataset)) return dataset
  throw new TesseraError('UNSUPPORTED', {
    what: `${dataset.constructor.name} does not say which classes a sample has`,
    expected: 'getCatIds',
  })
}

function hasCategories(dataset: Dataset): dataset is HasCategories {
  return 'getCatIds' in dataset && typeof dataset.getCatIds === 'function'
}

/** A sample of a data set inside. */
export interface Inner {
  readonly dataset: Dataset
  readonly index: number
}

/** Other data sets' samples in another order or number; each keeps its own pipeline. */
export abstract class DatasetWrapper implements HasCategories {
  abstract readonly length: number
  protected abstract readonly inner: readonly Dataset[]

  /** Which sample inside is meant by an index from 0 to `length` − 1. */
  protected abstract locate(index: number): Inner

  get metainfo(): MetaInfo {
    return this.inner[0]?.metainfo ?? {}
  }

  getItem(index: number, random: RandomSource): Promise<PackedSample> {
    const { dataset, index: place } = this.checked(index)
    return dataset.getItem(place, random)
  }

  getCatIds(index: number): readonly number[] {
    const { dataset, index: place } = this.checked(index)
    return withCategories(dataset).getCatIds(place)
  }

  setPipeline(pipeline: readonly ComponentConfig<TransformTypes>[]): void {
    for (const dataset of this.inner) dataset.setPipeline?.(pipeline)
  }

  private checked(index: number): Inner {
    if (Number.isInteger(index) && index >= 0 && index < this.length) return this.locate(index)
    throw new TesseraError('INVALID_ARGUMENT', {
      what: `${this.constructor.name} has no such sample`,
      got: index,
      expected: `0 to ${this.length - 1}`,
    })
  }
}

export function buildDataset(builder: Builder, config: ComponentConfig<DatasetTypes>): Dataset {
  return builder.build<Dataset>(DATASETS, config)
}

/** @throws TesseraError INVALID_CONFIG naming the first fact in which two data sets differ */
export function refuseOtherFacts(datasets: readonly Dataset[], ignored: readonly string[]): void {
  const [first, ...others] = datasets
  for (const other of others) {
    const keys = new Set([...Object.keys(first?.metainfo ?? {}), ...Object.keys(other.metainfo)])
    for (const key of keys) {
      if (ignored.includes(key)) continue
      const [a, b] = [first?.metainfo[key], other.metainfo[key]]
      if (JSON.stringify(a) === JSON.stringify(b)) continue
      throw new TesseraError('INVALID_CONFIG', {
        what: 'data sets with different facts cannot be one',
        path: `metainfo.${key}`,
        got: b,
        expected: JSON.stringify(a)?.slice(0, 200) ?? 'nothing',
        hint: `Or name it in ignore_keys: ['${key}'].`,
      })
    }
  }
}
