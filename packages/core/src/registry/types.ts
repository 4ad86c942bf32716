import type * as v from 'valibot'

/**
 * The typed side of a registry: an interface that each component extends by declaration merging, so that a config's
 * `type` and the options beside it are known to the compiler. The value of a key is the whole config of that component:
 *
 * ```ts
 * interface AdamWConfig extends ConfigOf<'AdamW', typeof schema> {}
 * declare module '@tessera/core' { interface OptimizerTypes { AdamW: AdamWConfig } }
 * ```
 * The named interface in between is needed: it lets configs nest (a model holds a model) without a circular type.
 */
// biome-ignore-start lint/suspicious/noEmptyInterface: filled by declaration merging
export interface ModelTypes {}
export interface DataPreprocessorTypes {}
export interface BatchAugmentTypes {}
export interface DatasetTypes {}
export interface DataSamplerTypes {}
export interface TransformTypes {}
export interface CollateFunctionTypes {}
export interface OptimizerTypes {}
export interface OptimWrapperTypes {}
export interface OptimWrapperConstructorTypes {}
export interface ParamSchedulerTypes {}
export interface LoopTypes {}
export interface HookTypes {}
export interface MetricTypes {}
export interface EvaluatorTypes {}
export interface LogProcessorTypes {}
export interface VisualizerTypes {}
export interface VisBackendTypes {}
export interface WeightInitializerTypes {}
// biome-ignore-end lint/suspicious/noEmptyInterface: filled by declaration merging

/** What a user may write for a component: its `type` and the input of its schema. */
export type ConfigOf<TName extends string, TSchema extends v.GenericSchema> = { type: TName } & v.InferInput<TSchema>

/** The union of all configs of a registry. */
export type ComponentConfig<TMap> = TMap[keyof TMap]

/** A class (or function) that a registry can build: options first, then the caller's arguments, injected services anywhere. */
// biome-ignore lint/suspicious/noExplicitAny: constructor parameters are contravariant; unknown[] would reject every class
export type ComponentClass<TInstance = unknown> = abstract new (...args: any[]) => TInstance

/** What a registered class carries as statics. */
export interface ComponentStatics {
  /** The one source of the component's options: types, defaults, checks. Inherited by subclasses. */
  readonly schema?: v.GenericSchema
}
