import { BUILDER, type Builder, type ConfigOf, componentConfig, DATASETS, type Dataset, type DatasetTypes, inject } from '@tessera/core'
import * as v from 'valibot'
import { buildDataset, withCategories } from './datasetWrapper.js'
import { PickedDataset } from './pickedDataset.js'

const schema = v.strictObject({
  dataset: componentConfig<DatasetTypes>(DATASETS),
  /** Classes that are in fewer than this share of the samples are repeated. */
  oversample_thr: v.pipe(v.number(), v.gtValue(0)),
  /** Accepted for MMEngine's recipes, without effect: annotations are read at first use. */
  lazy_init: v.optional(v.boolean(), false),
})

interface ClassBalancedDatasetConfig extends ConfigOf<'ClassBalancedDataset', typeof schema> {}
declare module '@tessera/core' {
  interface DatasetTypes {
    ClassBalancedDataset: ClassBalancedDatasetConfig
  }
}

/** Samples of rare classes several times in an epoch (Gupta et al. 2019, arXiv 1908.03195; MMEngine's ClassBalancedDataset). */
@DATASETS.registerModule()
export class ClassBalancedDataset extends PickedDataset {
  static readonly schema = schema
  protected override readonly inner: readonly [Dataset]

  constructor(
    private readonly options: v.InferOutput<typeof schema>,
    @inject(BUILDER) builder: Builder,
  ) {
    super()
    this.inner = [buildDataset(builder, options.dataset)]
  }

  protected override pick(dataset: Dataset): Int32Array {
    const categories = withCategories(dataset)
    const classes = Array.from({ length: dataset.length }, (_, index) => categories.getCatIds(index))
    const counts = repeatCounts(classes, this.options.oversample_thr)
    return Int32Array.from(counts.flatMap((count, index) => new Array<number>(count).fill(index)))
  }
}

/**
 * How often each sample comes: max(1, √(threshold / share of its rarest class)), rounded up.
 * @param classes of each sample
 */
export function repeatCounts(classes: readonly (readonly number[])[], threshold: number): number[] {
  const samples = new Map<number, number>()
  for (const list of classes) for (const one of new Set(list)) samples.set(one, (samples.get(one) ?? 0) + 1)
  const repeat = new Map([...samples].map(([one, count]) => [one, Math.max(1, Math.sqrt(threshold / (count / classes.length)))]))
  return classes.map((list) => Math.ceil(list.reduce((most, one) => Math.max(most, repeat.get(one) ?? 1), 1)))
}
