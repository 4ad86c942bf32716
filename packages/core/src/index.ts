export { applyOverrides } from './config/applyOverrides.js'
export { checkComponents } from './config/checkComponents.js'
export { checkConfig } from './config/checkConfig.js'
export { Config } from './config/config.js'
export { annotatePaths, configPath } from './config/configPath.js'
export { type ConfigBase, defineConfig, type LoadedRunConfig, type RunConfig } from './config/defineConfig.js'
export { type ConfigChange, compareConfigs, diffConfigs } from './config/diffConfigs.js'
export { DUMP_FORMATS, type DumpFormat, dumpConfig } from './config/dumpConfig.js'
export { findConfigs } from './config/findConfigs.js'
export { type LoadedConfig, type LoadOptions, loadConfig } from './config/loadConfig.js'
export { type LoadTextOptions, loadConfigText } from './config/loadConfigText.js'
export type { ConfigLayer } from './config/loadSession.js'
export { mergeConfig } from './config/mergeConfig.js'
export { type Override, parseOverrides } from './config/parseOverrides.js'
export type { ConfigDict } from './config/plainObject.js'
export { importModule } from './config/pluginImports.js'
export { type Converted, convertPythonConfig } from './config/python/convert/convertPythonConfig.js'
export { sameValue } from './config/python/patch.js'
export { resolveDefaults } from './config/resolveDefaults.js'
export { trainLoopType, wrapperConstructorConfig } from './config/runPlaces.js'
export { schedulersByName } from './config/schedulersByName.js'
export type { Patch, Section } from './config/section.js'
export { type Setting, settingsOf } from './config/settingsOf.js'
export { isTuple, Tuple, tuple } from './config/tuple.js'
export { valueAt } from './config/valueAt.js'
export { type BuildOptions, buildFromConfig } from './container/buildFromConfig.js'
export { inject } from './container/injection.js'
export { RunContainer } from './container/runContainer.js'
export { BUILDER, CONFIG, createToken, LOGGER, MESSAGE_HUB, RANDOM, type Token, WORK_DIR } from './container/tokens.js'
export type {
  DataLoaderContract,
  DataSample,
  Dataset,
  HostBatch,
  ImageArray,
  MaskArray,
  MetaInfo,
  PackedSample,
  PipelineItem,
  RandomSource,
  Sampler,
  Transform,
} from './contracts/data.js'
export { type HasLayerDepth, hasLayerDepth, type LayerDepth } from './contracts/layerDepth.js'
export { type Logger, SILENT_LOGGER } from './contracts/logger.js'
export type { MessageHubContract } from './contracts/messageHub.js'
export { type HasNoWeightDecay, hasNoWeightDecay } from './contracts/noWeightDecay.js'
export { ERROR_CODES, type ErrorCode, type ErrorDetails, show, TesseraError } from './errors.js'
export { configSchema } from './introspect/configSchema.js'
export {
  type ComponentDocs,
  type ComponentListing,
  type FindDocs,
  listComponents,
  type OptionListing,
} from './introspect/listComponents.js'
export { type JsonSchema, optionSchema } from './introspect/optionSchema.js'
export { type Builder, type Entry, type RegisterOptions, Registry, type RegistryOptions } from './registry/registry.js'
export {
  BATCH_AUGMENTS,
  COLLATE_FUNCTIONS,
  DATA_LOADERS,
  DATA_SAMPLERS,
  DATASETS,
  EVALUATORS,
  HOOKS,
  LOG_PROCESSORS,
  LOOPS,
  METRICS,
  MODELS,
  OPTIM_WRAPPER_CONSTRUCTORS,
  OPTIM_WRAPPERS,
  OPTIMIZERS,
  PARAM_SCHEDULERS,
  ROOT_REGISTRIES,
  TRANSFORMS,
  VISBACKENDS,
  VISUALIZERS,
  WEIGHT_INITIALIZERS,
} from './registry/root.js'
export { editDistance, suggest } from './registry/suggest.js'
export type {
  BatchAugmentTypes,
  CollateFunctionTypes,
  ComponentClass,
  ComponentConfig,
  ComponentStatics,
  ConfigOf,
  DataPreprocessorTypes,
  DataSamplerTypes,
  DatasetTypes,
  EvaluatorTypes,
  HookTypes,
  LogProcessorTypes,
  LoopTypes,
  MetricTypes,
  ModelTypes,
  OptimizerTypes,
  OptimWrapperConstructorTypes,
  OptimWrapperTypes,
  ParamSchedulerTypes,
  TransformTypes,
  VisBackendTypes,
  VisualizerTypes,
  WeightInitializerTypes,
} from './registry/types.js'
export { codeOnly } from './schema/codeOnly.js'
export { type ComponentConfigListSchema, type ComponentConfigSchema, componentConfig, componentConfigs } from './schema/componentConfig.js'
export { type ComponentPlace, componentPlace, standsFor } from './schema/componentPlace.js'
export { optionErrors, parseOptions } from './schema/parseOptions.js'
export { unnamedPlaces } from './schema/walkSchema.js'
