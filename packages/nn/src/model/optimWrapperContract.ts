import type { tf } from '@tessera/runtime'
import type { Parameter } from '../module/parameter.js'

/** One group of parameters with the settings they share, under MMEngine's key names. Schedulers change `lr` and `weight_decay` in place. */
export interface ParamGroup {
  params: Parameter[]
  lr: number
  weight_decay?: number
  /** `lr_scale`, `layer_id`, `param_name`, `initial_lr`, `betas`, … */
  [option: string]: unknown
}

/** An optimizer's state, ready for a file: tensors by `<slot>.<parameter name>`, the rest JSON. */
export interface OptimStateDict {
  readonly tensors: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>
  readonly json: Readonly<Record<string, unknown>>
}

/** What the loop, the hooks and the schedulers see of an optimizer wrapper (MMEngine's OptimWrapper). */
export interface OptimWrapperContract {
  /** Of several optimizers, each one's wrapper by name; they are updated one by one, by the model. Absent for a single one. */
  readonly wrappers?: ReadonlyMap<string, OptimWrapperContract>
  /** Times that the optimizer was stepped since it was built. */
  readonly steps: number
  /** The optimizer's groups; with more than one, `base_param_settings` stands last. */
  readonly paramGroups: readonly ParamGroup[]
  /**
   * Differentiates `loss`, and every `accumulative_counts` calls clips and steps.
   * @param loss computed anew under the gradient tape; scalar
   * @returns scalars worth logging (`grad_norm`), kept for the caller, who disposes them
   */
  updateParams(loss: () => tf.Scalar): Record<string, tf.Scalar>
  /** Tells how many iterations the run has, so that the last, shorter accumulation is divided rightly. */
  initializeCountStatus(currentIter: number, maxIters: number): void
  /** Whether the next `updateParams` steps the optimizer (or only accumulates). */
  shouldUpdate(): boolean
  getLr(): Record<string, number[]>
  getMomentum(): Record<string, number[]>
  stateDict(): OptimStateDict
  loadStateDict(state: OptimStateDict): void
  dispose(): void
}
