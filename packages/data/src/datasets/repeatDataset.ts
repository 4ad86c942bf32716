import { BUILDER, type Builder, type ConfigOf, componentConfig, DATASETS, type Dataset, type DatasetTypes, inject } from '@tessera/core'
import * as v from 'valibot'
import { buildDataset, DatasetWrapper, type Inner } from './datasetWrapper.js'

const schema = v.strictObject({
  dataset: componentConfig<DatasetTypes>(DATASETS),
  /** How often the data set comes in an epoch. */
  times: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** Accepted for MMEngine's recipes, without effect: annotations are read at first use. */
  lazy_init: v.optional(v.boolean(), false),
})

interface RepeatDatasetConfig extends ConfigOf<'RepeatDataset', typeof schema> {}
declare module '@tessera/core' {
  interface DatasetTypes {
    RepeatDataset: RepeatDatasetConfig
  }
}

/** A data set several times in one epoch: fewer epochs, and so fewer pauses between them (MMEngine's RepeatDataset). */
@DATASETS.registerModule()
export class RepeatDataset extends DatasetWrapper {
  static readonly schema = schema
  protected override readonly inner: readonly [Dataset]

  constructor(
    private readonly options: v.InferOutput<typeof schema>,
    @inject(BUILDER) builder: Builder,
  ) {
    super()
    this.inner = [buildDataset(builder, options.dataset)]
  }

  override get length(): number {
    return this.inner[0].length * this.options.times
  }

  protected override locate(index: number): Inner {
    const [dataset] = this.inner
    return { dataset, index: index % dataset.length }
  }
}
