import type {
  CollateFunctionTypes,
  DataSamplerTypes,
  DatasetTypes,
  LoopTypes,
  OptimizerTypes,
  OptimWrapperConstructorTypes,
  OptimWrapperTypes,
  ParamSchedulerTypes,
} from '../registry/types.js'
import type { Section } from './section.js'

/** MMEngine's data loader keys; the data package checks them when it builds the loader. */
export interface DataLoaderSection {
  /** Default 'DataLoader'. */
  type?: string
  _delete_?: boolean
  dataset?: Section<DatasetTypes>
  sampler?: Section<DataSamplerTypes>
  /** There are no batch samplers here. */
  batch_sampler?: null
  collate_fn?: Section<CollateFunctionTypes>
  batch_size?: number
  num_workers?: number
  drop_last?: boolean
  /** At most so many batches an epoch, to try things out. */
  num_batch_per_epoch?: number
  pin_memory?: boolean
  persistent_workers?: boolean
  prefetch_factor?: number
  worker_init_fn?: { type: string; [option: string]: unknown }
  disable_subprocess_warning?: boolean
}

/** Several data sets to evaluate on, by name. */
export interface DataLoaderDictSection {
  type: 'DataLoaderDict'
  _delete_?: boolean
  loaders: Readonly<Record<string, DataLoaderSection>>
}

/** One data set to evaluate on, or several. */
export type EvaluationDataSection = DataLoaderSection | DataLoaderDictSection

/** Either a loop by `type`, or `by_epoch` and the options of the loop that it chooses. */
export type TrainLoopSection =
  | Section<LoopTypes>
  | {
      type?: never
      _delete_?: boolean
      by_epoch?: boolean
      max_epochs?: number
      max_iters?: number
      val_begin?: number
      val_interval?: number
      /** From milestone (epoch or iteration) on, validate every so many. */
      dynamic_intervals?: readonly (readonly [milestone: number, interval: number])[] | null
      /** Validate on so many batches before training, to find out early what would fail late. */
      sanity_val_steps?: number
    }

/** A loop by `type`, or nothing but options: the usual `val_cfg: {}`. */
export type EvaluationLoopSection =
  | Section<LoopTypes>
  | { type?: never; _delete_?: boolean; fp16?: boolean; val_loss?: boolean; test_loss?: boolean }

/**
 * The optimizer wrapper, with the constructor that makes its parameter groups. What `paramwise_cfg` may hold follows from
 * `constructor`. The variant for "no constructor given" must not have the key at all: every object inherits one.
 */
export type OptimWrapperSection = SingleOptimWrapperSection | OptimWrappersByName

type SingleOptimWrapperSection = WrapperOptions & (NamedConstructor | DefaultConstructor)

/**
 * An optimizer wrapper for each of several parts of the model, by its name. The compiler wants the constructor to be named, so that a
 * misspelt option of a single wrapper is not taken for a name.
 */
export interface OptimWrappersByName {
  readonly constructor: 'MultiOptimWrapperConstructor'
  readonly type?: never
  readonly optimizer?: never
  readonly [name: string]: SingleOptimWrapperSection | 'MultiOptimWrapperConstructor' | undefined
}

/** Schedulers for each of several optimizers, by its name. */
export interface SchedulersByName {
  readonly type?: never
  readonly [name: string]: Section<ParamSchedulerTypes> | readonly Section<ParamSchedulerTypes>[] | undefined
}

/** One scheduler, a list of them, or either for each of several optimizers. */
export type ParamSchedulerSection = Section<ParamSchedulerTypes> | readonly Section<ParamSchedulerTypes>[] | SchedulersByName

type WrapperOptions = { optimizer?: Section<OptimizerTypes>; _delete_?: boolean } & Section<OptimWrapperTypes>

type NamedConstructor = {
  [TName in Exclude<keyof OptimWrapperConstructorTypes, 'MultiOptimWrapperConstructor'>]: { constructor: TName } & Paramwise<
    OptimWrapperConstructorTypes[TName]
  >
}[Exclude<keyof OptimWrapperConstructorTypes, 'MultiOptimWrapperConstructor'>]

type DefaultConstructor = Paramwise<
  OptimWrapperConstructorTypes extends { DefaultOptimWrapperConstructor: infer TDefault }
    ? TDefault
    : OptimWrapperConstructorTypes[keyof OptimWrapperConstructorTypes]
>

type Paramwise<TConfig> = TConfig extends { paramwise_cfg?: infer TRules } ? { paramwise_cfg?: TRules } : { paramwise_cfg?: never }
