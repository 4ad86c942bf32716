import {
  BUILDER,
  type Builder,
  type ConfigOf,
  componentConfig,
  DATASETS,
  type Dataset,
  type DatasetTypes,
  inject,
  TesseraError,
} from '@tessera/core'
import { RandomStream } from '@tessera/runtime'
import * as v from 'valibot'
import { buildDataset } from './datasetWrapper.js'
import { PickedDataset } from './pickedDataset.js'

const schema = v.strictObject({
  dataset: componentConfig<DatasetTypes>(DATASETS),
  /** Which part is held back, from 0. */
  fold: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
  /** How many parts there are. */
  num_splits: v.optional(v.pipe(v.number(), v.integer(), v.minValue(2)), 5),
  /** The part that is held back, instead of the others. */
  test_mode: v.optional(v.boolean(), false),
  /** Shuffle before splitting; null: parts are runs of the data set. All folds need the same. */
  seed: v.optional(v.nullable(v.pipe(v.number(), v.integer())), null),
})

interface KFoldDatasetConfig extends ConfigOf<'KFoldDataset', typeof schema> {}
declare module '@tessera/core' {
  interface DatasetTypes {
    KFoldDataset: KFoldDatasetConfig
  }
}

/** One fold of a cross validation: all but one part of a data set, or that part (MMPreTrain's KFoldDataset). */
@DATASETS.registerModule()
export class KFoldDataset extends PickedDataset {
  static readonly schema = schema
  protected override readonly inner: readonly [Dataset]

  constructor(
    private readonly options: v.InferOutput<typeof schema>,
    @inject(BUILDER) builder: Builder,
  ) {
    super()
    const { fold, num_splits: splits } = options
    if (fold >= splits) {
      throw new TesseraError('INVALID_OPTIONS', { what: 'there is no such fold', path: 'fold', got: fold, expected: `0 to ${splits - 1}` })
    }
    this.inner = [buildDataset(builder, options.dataset)]
  }

  protected override pick({ length }: Dataset): Int32Array {
    const { fold, num_splits: splits, test_mode: isTest, seed } = this.options
    const order = seed === null ? Int32Array.from({ length }, (_, index) => index) : new RandomStream(seed).permutation(length)
    const [start, end] = [fold, fold + 1].map((one) => Math.floor((length * one) / splits)) as [number, number]
    return order.filter((_, place) => (place >= start && place < end) === isTest)
  }
}
