import {
  BUILDER,
  type Builder,
  type ComponentConfig,
  componentConfigs,
  type Dataset,
  inject,
  LOGGER,
  type Logger,
  type MetaInfo,
  type PackedSample,
  type PipelineItem,
  type RandomSource,
  TesseraError,
  TRANSFORMS,
  type TransformTypes,
} from '@tessera/core'
import * as v from 'valibot'
import { isPackedSample } from '../transforms/packedSample.js'
import { Pipeline } from './pipeline.js'
import { readMetainfo } from './readMetainfo.js'
import { selectIndices } from './selectIndices.js'

/** The options that every data set has, for the schemas of subclasses. */
export const baseDatasetEntries = {
  /** Facts about the data set; wins over what the class or its files say. */
  metainfo: v.optional(v.record(v.string(), v.unknown()), {}),
  pipeline: v.optional(componentConfigs<TransformTypes>(TRANSFORMS), []),
  /** No sample may be dropped: where training draws another one, testing is an error. */
  test_mode: v.optional(v.boolean(), false),
  /** The first n (the last n when negative), or the listed ones. */
  indices: v.optional(v.nullable(v.union([v.pipe(v.number(), v.integer()), v.array(v.pipe(v.number(), v.integer()))])), null),
  /** How many other samples training tries in place of one that the pipeline dropped. */
  max_refetch: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 1000),
  /** Accepted for MMEngine's recipes, without effect: annotations are always read at first use, which building a loader is. */
  lazy_init: v.optional(v.boolean(), false),
  /** Accepted for MMEngine's recipes, without effect: there are no worker processes to share memory with. */
  serialize_data: v.optional(v.boolean(), true),
}

const baseSchema = v.strictObject(baseDatasetEntries)
export type BaseDatasetOptions = v.InferOutput<typeof baseSchema>

/**
 * A list of annotations and a pipeline (MMEngine's BaseDataset). A subclass says how the list is made: `loadDataList`.
 * The order of initialisation is MMEngine's: load, filter, take the subset.
 */
export abstract class BaseDataset<TOptions extends BaseDatasetOptions = BaseDatasetOptions> implements Dataset {
  private pipeline: Pipeline
  private list: readonly PipelineItem[] | undefined
  private facts: MetaInfo | undefined

  constructor(
    protected readonly options: TOptions,
    @inject(BUILDER) private readonly builder: Builder,
    @inject(LOGGER) protected readonly logger: Logger,
  ) {
    this.pipeline = new Pipeline(options.pipeline, builder)
  }

  /** The annotations, one record a sample, and what the files say about the whole. */
  protected abstract loadDataList(): { list: PipelineItem[]; metainfo?: MetaInfo }

  /** Drops annotations that must not be trained on; nothing here. */
  protected filterData(list: PipelineItem[]): PipelineItem[] {
    return list
  }

  /** Facts that belong to the class. */
  protected classMetainfo(): MetaInfo {
    return {}
  }

  /** Reads the annotations now, if that has not happened. */
  fullInit(): void {
    this.loaded()
  }

  get length(): number {
    return this.loaded().length
  }

  get metainfo(): MetaInfo {
    this.loaded()
    return this.facts ?? {}
  }

  /** The annotation of a sample, before the pipeline; a copy. */
  getDataInfo(index: number): PipelineItem {
    const info = this.loaded()[index]
    if (info === undefined) {
      throw new TesseraError('INVALID_ARGUMENT', {
        what: `${this.constructor.name} has no such sample`,
        got: index,
        expected: `0 to ${this.length - 1}`,
      })
    }
    return { ...info, sample_idx: index }
  }

  /** Classes of a sample, by its annotation. */
  getCatIds(index: number): readonly number[] {
    const { gt_label: label } = this.getDataInfo(index)
    if (v.is(v.union([v.number(), v.array(v.number())]), label)) return [label].flat()
    throw new TesseraError('DATA_INVALID', {
      what: `samples of ${this.constructor.name} have no classes`,
      got: label,
      expected: 'gt_label: a class index or a list of them',
    })
  }

  /**
   * Sample `index` through the pipeline.
   * @throws TesseraError DATA_INVALID when the pipeline drops it in test mode, or drops `max_refetch` others in training
   */
  async getItem(index: number, random: RandomSource): Promise<PackedSample> {
    const first = await this.prepare(index, random)
    if (first !== null) return first
    if (this.options.test_mode) {
      throw new TesseraError('DATA_INVALID', {
        what: 'the pipeline dropped a sample in test mode',
        got: `sample ${index}`,
        hint: 'A test pipeline must keep every sample.',
      })
    }
    for (let attempt = 0; attempt < this.options.max_refetch; attempt++) {
      const other = await this.prepare(random.integer(this.length), random)
      if (other !== null) return other
    }
    throw new TesseraError('DATA_INVALID', {
      what: `the pipeline dropped sample ${index} and ${this.options.max_refetch} others`,
      hint: 'Check the pipeline, or raise max_refetch.',
    })
  }

  setPipeline(pipeline: readonly ComponentConfig<TransformTypes>[]): void {
    this.pipeline = new Pipeline(pipeline, this.builder)
  }

  private async prepare(index: number, random: RandomSource): Promise<PackedSample | null> {
    const item = await this.pipeline.run(this.getDataInfo(index), random)
    if (item === null) return null
    if (!isPackedSample(item)) {
      throw new TesseraError('DATA_INVALID', {
        what: `the pipeline of ${this.constructor.name} does not end in a packed sample`,
        got: `keys ${Object.keys(item).join(', ')}`,
        expected: 'inputs and data_samples',
        hint: "Put { type: 'PackInputs' } at its end.",
      })
    }
    return item
  }

  private loaded(): readonly PipelineItem[] {
    if (this.list !== undefined) return this.list
    const { list, metainfo } = this.loadDataList()
    this.facts = { ...metainfo, ...this.classMetainfo(), ...readMetainfo(this.options.metainfo, this.logger) }
    const kept = this.filterData(list)
    this.list = this.options.indices === null ? kept : selectIndices(kept, this.options.indices)
    if (this.list.length === 0)
      throw new TesseraError('DATA_INVALID', {
        what: `${this.constructor.name} is empty`,
        got: `${list.length} annotations, none selected`,
      })
    return this.list
  }
}
