import {
  BUILDER,
  type Builder,
  COLLATE_FUNCTIONS,
  type CollateFunctionTypes,
  codeOnly,
  componentConfig,
  DATA_LOADERS,
  DATA_SAMPLERS,
  DATASETS,
  type DataLoaderContract,
  type DataSamplerTypes,
  type Dataset,
  type DatasetTypes,
  type HostBatch,
  inject,
  type PackedSample,
  type RandomSource,
  type Sampler,
  TesseraError,
} from '@tessera/core'
import * as v from 'valibot'
import { type CollateFunction, isCollateFunction } from '../collate/collateFunction.js'
import type { SamplerContext } from '../samplers/samplerContext.js'
import { batchCount } from './batchCount.js'
import { itemError } from './itemError.js'
import { Lanes } from './lanes.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const positive = v.pipe(v.number(), v.integer(), v.minValue(1))

const schema = v.strictObject({
  /** A config, or a data set that is already built. */
  dataset: v.union([componentConfig<DatasetTypes>(DATASETS), codeOnly<Dataset>(isDataset, 'Expected a data set')]),
  sampler: componentConfig<DataSamplerTypes>(DATA_SAMPLERS),
  batch_size: v.optional(positive, 1),
  /** Null alone, as recipes write it: there are no batch samplers here, a batch is the next `batch_size` of the sampler's order. */
  batch_sampler: v.optional(v.null(), null),
  /** How many samples are loaded at the same time (image decoding runs off the main thread); 0 means one after the other. */
  num_workers: v.optional(count, 0),
  /** How many batches are made ready ahead of the one in use. */
  prefetch_factor: v.optional(v.nullable(positive), 2),
  /** Leave out a last batch that is smaller than the others. */
  drop_last: v.optional(v.boolean(), false),
  collate_fn: v.optional(componentConfig<CollateFunctionTypes>(COLLATE_FUNCTIONS), { type: 'pseudo_collate' }),
  /** End every epoch after this many batches. */
  num_batch_per_epoch: v.optional(v.nullable(positive), null),
  /** Accepted for PyTorch's recipes, without effect: there is no pinned memory here. */
  pin_memory: v.optional(v.boolean(), false),
  /** Accepted for PyTorch's recipes, without effect: there are no worker processes to keep alive. */
  persistent_workers: v.optional(v.boolean(), false),
})

export type DataLoaderOptions = v.InferOutput<typeof schema>
/** What a user writes for `train_dataloader` and its kin (MMEngine's keys). */
export type DataLoaderConfig = v.InferInput<typeof schema>

/**
 * Batches of a data set in a sampler's order, the next ones being made while one is in use.
 * Item `index` of epoch `epoch` always draws from the same stream, so neither order, nor batch size, nor `num_workers`, nor where an
 * epoch was resumed changes a number.
 */
@DATA_LOADERS.registerModule()
export class DataLoader implements DataLoaderContract {
  static readonly schema = schema
  readonly length: number
  readonly batchSize: number
  readonly dataset: Dataset
  readonly sampler: Sampler
  private readonly collateFunction: CollateFunction
  private readonly random: RandomSource

  /** @param context the stream that the sampler's orders and the items' draws are forked from, and this process's share */
  constructor(
    private readonly options: DataLoaderOptions,
    context: SamplerContext,
    @inject(BUILDER) builder: Builder,
  ) {
    this.random = context.random
    this.batchSize = options.batch_size
    this.dataset = isDataset(options.dataset) ? options.dataset : builder.build(DATASETS, options.dataset)
    this.sampler = builder.build(DATA_SAMPLERS, options.sampler, this.dataset, context)
    this.collateFunction = buildCollate(builder, options.collate_fn)
    this.length = batchCount(this.sampler.length, options)
  }

  async *batches(epoch: number, start = 0): AsyncGenerator<HostBatch, void, undefined> {
    this.sampler.setEpoch(epoch)
    const first = this.sampler.endless === true ? epoch * this.length + start : start
    const indices = this.sampler.indices(first * this.batchSize)[Symbol.iterator]()
    const lanes = new Lanes(Math.max(1, this.options.num_workers))
    const ahead = this.options.prefetch_factor ?? 1
    const ready: Promise<HostBatch>[] = []
    let made = start
    const isLimited = this.options.num_batch_per_epoch !== null || Number.isFinite(this.length)
    while (true) {
      while (ready.length < 1 + ahead && (!isLimited || made < this.length)) {
        const chosen = take(indices, this.batchSize)
        if (chosen.length === 0) break
        made++
        const batch = this.makeBatch(chosen, epoch, lanes)
        // Whoever leaves the loop early never awaits what was made ahead; its failure must not end the process.
        batch.catch(() => {})
        ready.push(batch)
      }
      const next = ready.shift()
      if (next === undefined) return
      yield await next
    }
  }

  private async makeBatch(indices: readonly number[], epoch: number, lanes: Lanes): Promise<HostBatch> {
    const samples = await Promise.all(indices.map((index) => lanes.run(() => this.loadItem(index, epoch))))
    return this.collateFunction.collate(samples)
  }

  private async loadItem(index: number, epoch: number): Promise<PackedSample> {
    try {
      return await this.dataset.getItem(index, this.random.fork('item', epoch, index))
    } catch (error) {
      throw itemError(this.dataset, index, error)
    }
  }
}

function isDataset(value: unknown): value is Dataset {
  return typeof value === 'object' && value !== null && 'getItem' in value && typeof value.getItem === 'function'
}

function buildCollate(builder: Builder, config: object): CollateFunction {
  const built = builder.build(COLLATE_FUNCTIONS, config)
  if (isCollateFunction(built)) return built
  throw new TesseraError('INVALID_OPTIONS', { what: `${built.constructor.name} has no collate(samples)`, path: 'collate_fn' })
}

function take(indices: Iterator<number>, size: number): number[] {
  const taken: number[] = []
  while (taken.length < size) {
    const next = indices.next()
    if (next.done === true) break
    taken.push(next.value)
  }
  return taken
}
