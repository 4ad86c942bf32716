import * as v from 'valibot'
import { VISBACKENDS } from '../registry/root.js'
import type {
  DataPreprocessorTypes,
  EvaluatorTypes,
  HookTypes,
  LogProcessorTypes,
  MetricTypes,
  ModelTypes,
  VisBackendTypes,
  VisualizerTypes,
} from '../registry/types.js'
import { componentConfig } from '../schema/componentConfig.js'
import { standsFor } from '../schema/componentPlace.js'
import type { ConfigDict } from './plainObject.js'
import { PLACES } from './runPlaces.js'
import type {
  DataLoaderSection,
  EvaluationDataSection,
  EvaluationLoopSection,
  OptimWrapperSection,
  ParamSchedulerSection,
  TrainLoopSection,
} from './runSections.js'
import { type RawSectionSchema, rawSection, rawSectionOrList, section, sectionOrList } from './section.js'

// biome-ignore-start lint/suspicious/noEmptyInterface: named, so that declarations keep the name instead of today's members
export interface DataLoaderSectionSchema extends RawSectionSchema<DataLoaderSection> {}
export interface EvaluationDataSectionSchema extends RawSectionSchema<EvaluationDataSection> {}
export interface EvaluationLoopSectionSchema extends RawSectionSchema<EvaluationLoopSection> {}
export interface TrainLoopSectionSchema extends RawSectionSchema<TrainLoopSection> {}
export interface OptimWrapperSectionSchema extends RawSectionSchema<OptimWrapperSection> {}
export interface ParamSchedulerSectionSchema
  extends v.BaseSchema<ParamSchedulerSection, Readonly<ConfigDict> | readonly Readonly<ConfigDict>[], v.CustomIssue> {}
/** An evaluator is one, or the metrics that it is made of. */
export interface EvaluatorSectionTypes extends MetricTypes, EvaluatorTypes {}
// biome-ignore-end lint/suspicious/noEmptyInterface: as above

const LOG_LEVELS = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL', 'NOTSET'] as const

const dataLoader = () => v.nullish(rawSection<DataLoaderSectionSchema>(PLACES.dataLoader))
const evaluationData = () => v.nullish(rawSection<EvaluationDataSectionSchema>(PLACES.dataLoader))
const evaluator = () => v.nullish(sectionOrList<EvaluatorSectionTypes>(PLACES.evaluator))
const flag = () => v.nullish(v.boolean())
const text = () => v.nullish(v.string())

/**
 * The keys of a whole run (MMEngine's Runner, plus the keys its tools read), and the one source of their types and checks.
 * Sections that configure a component stay raw here. Null means "not given", as None does in a Python recipe.
 */
export const runConfigSchema = v.object({
  model: v.nullish(section<ModelTypes>(PLACES.model)),
  /** Merged into the model's own; most recipes give it without a `type`. */
  data_preprocessor: v.nullish(section<DataPreprocessorTypes>(PLACES.preprocessor)),
  train_dataloader: dataLoader(),
  val_dataloader: evaluationData(),
  test_dataloader: evaluationData(),
  train_cfg: v.nullish(rawSection<TrainLoopSectionSchema>(PLACES.trainLoop)),
  val_cfg: v.nullish(rawSection<EvaluationLoopSectionSchema>(PLACES.valLoop)),
  test_cfg: v.nullish(rawSection<EvaluationLoopSectionSchema>(PLACES.testLoop)),
  optim_wrapper: v.nullish(rawSection<OptimWrapperSectionSchema>(PLACES.optimWrapper)),
  param_scheduler: v.nullish(rawSectionOrList<ParamSchedulerSectionSchema>(PLACES.scheduler)),
  val_evaluator: evaluator(),
  test_evaluator: evaluator(),
  /** Metrics on the training set, too, at each validation: `train/…`. */
  train_evaluator: evaluator(),
  /** By name, so that a child can replace one; null switches one off. */
  default_hooks: v.nullish(v.record(v.string(), v.nullable(section<HookTypes>(PLACES.defaultHook)))),
  custom_hooks: v.nullish(v.array(standsFor(componentConfig<HookTypes>(), PLACES.customHook))),
  auto_scale_lr: v.nullish(
    v.strictObject({
      /** Default false. */
      enable: v.optional(v.boolean()),
      /** The batch size, over all processes, that the learning rate was chosen for. */
      base_batch_size: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
    }),
  ),
  randomness: v.nullish(
    v.strictObject({
      /** Default null: drawn and logged. */
      seed: v.nullish(v.pipe(v.number(), v.integer(), v.minValue(0))),
      /** The same bits in every run of the same config on the same machine: each op on one thread. Default false. */
      deterministic: v.optional(v.boolean()),
      /** Whether each process adds its rank to the seed. Default false. */
      diff_rank_seed: v.optional(v.boolean()),
    }),
  ),
  /** Go on from the latest checkpoint in the work dir, or from `load_from`. Default false. */
  resume: flag(),
  /** A checkpoint whose weights the run starts from. */
  load_from: text(),
  /** Default `work_dirs/<name of the config file>`. */
  work_dir: text(),
  experiment_name: text(),
  log_level: v.nullish(v.picklist(LOG_LEVELS)),
  log_processor: v.nullish(section<LogProcessorTypes>(PLACES.logProcessor)),
  visualizer: v.nullish(section<VisualizerTypes>(PLACES.visualizer)),
  vis_backends: v.nullish(v.array(componentConfig<VisBackendTypes>(VISBACKENDS))),
  default_scope: text(),
  /** Modules with components of your own: files (relative to the config) or packages. Needed from JSON and YAML; a TypeScript config just imports them. */
  custom_imports: v.nullish(
    v.strictObject({
      imports: v.union([v.string(), v.array(v.string())]),
      /** Default false. */
      allow_failed_imports: v.optional(v.boolean()),
    }),
  ),
  env_cfg: v.nullish(
    v.strictObject({
      cudnn_benchmark: v.optional(v.boolean()),
      mp_cfg: v.optional(v.record(v.string(), v.unknown())),
      dist_cfg: v.optional(v.record(v.string(), v.unknown())),
      resource_limit: v.optional(v.number()),
    }),
  ),
  launcher: v.nullish(v.picklist(['none', 'pytorch', 'slurm', 'mpi'])),
  /**
   * Whether a step runs as one recorded TensorFlow graph (native backend only). Default true.
   * MMEngine's options for torch.compile are accepted and change nothing.
   */
  compile: v.nullish(
    v.union([
      v.boolean(),
      v.looseObject({
        /** A step that cannot be recorded runs op by op, with one warning, instead of being an error. Default false. */
        fallback: v.optional(v.boolean()),
      }),
    ]),
  ),
  model_wrapper_cfg: v.nullish(v.record(v.string(), v.unknown())),
  sync_bn: v.nullish(v.union([v.boolean(), v.string()])),
  find_unused_parameters: flag(),
  activation_checkpointing: v.nullish(v.union([v.string(), v.array(v.string())])),
  efficient_conv_bn_eval: v.nullish(v.union([v.string(), v.array(v.string())])),
  runner_type: text(),
  tta_model: v.nullish(section<ModelTypes>(PLACES.model)),
  tta_pipeline: v.nullish(v.array(v.unknown())),
})

/** The top-level keys with a meaning of their own. */
export const RUN_CONFIG_KEYS: readonly string[] = Object.keys(runConfigSchema.entries)
