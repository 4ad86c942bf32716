import { BUILDER, type Builder, type ConfigOf, componentConfigs, DATASETS, type Dataset, type DatasetTypes, inject } from '@tessera/core'
import * as v from 'valibot'
import { buildDataset, DatasetWrapper, type Inner, refuseOtherFacts } from './datasetWrapper.js'

const schema = v.strictObject({
  datasets: v.pipe(
    componentConfigs<DatasetTypes>(DATASETS),
    v.check((list) => list.length > 0, 'ConcatDataset needs a data set'),
  ),
  /** Facts (metainfo) that may differ between the data sets; the first one's count. */
  ignore_keys: v.optional(v.nullable(v.union([v.string(), v.array(v.string())])), null),
  /** Accepted for MMEngine's recipes, without effect: annotations are read at first use. */
  lazy_init: v.optional(v.boolean(), false),
})

interface ConcatDatasetConfig extends ConfigOf<'ConcatDataset', typeof schema> {}
declare module '@tessera/core' {
  interface DatasetTypes {
    ConcatDataset: ConcatDatasetConfig
  }
}

/** Several data sets, one behind the other (MMEngine's ConcatDataset). */
@DATASETS.registerModule()
export class ConcatDataset extends DatasetWrapper {
  static readonly schema = schema
  protected override readonly inner: readonly Dataset[]
  private known: readonly number[] | undefined

  constructor(
    private readonly options: v.InferOutput<typeof schema>,
    @inject(BUILDER) builder: Builder,
  ) {
    super()
    this.inner = options.datasets.map((config) => buildDataset(builder, config))
  }

  override get length(): number {
    return this.ends().at(-1) ?? 0
  }

  protected override locate(index: number): Inner {
    const ends = this.ends()
    const place = ends.findIndex((end) => index < end)
    const dataset = this.inner[place]
    if (dataset === undefined) throw new RangeError(`no data set has sample ${index}`)
    return { dataset, index: index - (ends[place - 1] ?? 0) }
  }

  /** Where each data set ends. Reads the annotations, and so is not done before they are needed. */
  private ends(): readonly number[] {
    if (this.known !== undefined) return this.known
    refuseOtherFacts(this.inner, [this.options.ignore_keys ?? []].flat())
    let end = 0
    this.known = this.inner.map(({ length }) => {
      end += length
      return end
    })
    return this.known
  }
}
