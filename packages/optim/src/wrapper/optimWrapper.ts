import {
  type ConfigOf,
  componentConfig,
  inject,
  LOGGER,
  type Logger,
  OPTIM_WRAPPERS,
  OPTIMIZERS,
  type OptimizerTypes,
  TesseraError,
} from '@tessera/core'
import type { OptimStateDict, OptimWrapperContract, ParamGroup } from '@tessera/nn'
import { stepEffect, stepGuard, stepScalar, tf } from '@tessera/runtime'
import * as v from 'valibot'
import { betasOption, numberOption } from '../optimizers/groupOption.js'
import type { Optimizer } from '../optimizers/optimizer.js'
import { type AccumulationState, isDue, lossDivisor } from './accumulation.js'
import { clipGradients, clipGradSchema } from './clipGrad.js'
import { GradientAccumulator } from './gradientAccumulator.js'
import { lossGradients } from './lossGradients.js'

/** What every wrapper takes. */
export const optimWrapperEntries = {
  optimizer: componentConfig<OptimizerTypes>(OPTIMIZERS),
  /** One optimizer step for every so many iterations, on the mean of their losses. */
  accumulative_counts: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1, 'accumulative_counts must be at least 1')), 1),
  clip_grad: v.nullish(clipGradSchema),
}

const schema = v.strictObject(optimWrapperEntries)

interface OptimWrapperConfig extends ConfigOf<'OptimWrapper', typeof schema> {}
declare module '@tessera/core' {
  interface OptimWrapperTypes {
    OptimWrapper: OptimWrapperConfig
  }
}

/** An optimizer with gradient accumulation and clipping (MMEngine's OptimWrapper). `updateParams` is a whole backward step. */
@OPTIM_WRAPPERS.registerModule()
export class OptimWrapper implements OptimWrapperContract {
  static readonly schema: v.GenericSchema = schema
  readonly optimizer: Optimizer
  /** The optimizer's defaults as a group of its own, so that schedulers and logs show the base rate; present with more than one group. */
  readonly baseParamSettings: ParamGroup | undefined
  private readonly options: v.InferOutput<typeof schema>
  private readonly logger: Logger
  private readonly accumulator = new GradientAccumulator()
  /** Calls of `updateParams` so far, which an accumulation counts on. */
  innerCount = 0
  private stepCount = 0
  private maxCounts: number | undefined

  constructor(options: v.InferOutput<typeof schema>, optimizer: Optimizer, @inject(LOGGER) logger: Logger) {
    this.options = options
    this.optimizer = optimizer
    this.logger = logger
    const { defaults } = optimizer
    this.baseParamSettings = optimizer.paramGroups.length > 1 ? { ...defaults, params: [], lr: Number(defaults['lr']) } : undefined
  }

  get steps(): number {
    return this.stepCount
  }

  get paramGroups(): readonly ParamGroup[] {
    const own = this.optimizer.paramGroups
    return this.baseParamSettings === undefined ? own : [...own, this.baseParamSettings]
  }

  updateParams(loss: () => tf.Scalar): Record<string, tf.Scalar> {
    const norm = tf.tidy(() => {
      const grads = this.gradients(loss)
      const due = stepGuard(() => this.shouldUpdate())
      stepEffect(
        () => this.innerCount++,
        () => this.innerCount--,
      )
      if (due) return this.stepOn(this.accumulator.take(grads))
      this.accumulator.add(grads)
      return undefined
    })
    return norm === undefined ? {} : { grad_norm: norm }
  }

  /**
   * Runs a part of the forward pass that stands outside `updateParams` (a generator's images for its critic) as the wrapper would: in mixed
   * precision with AmpOptimWrapper (MMEngine's optim_context; accumulation needs nothing here).
   */
  optimContext<T>(fn: () => T): T {
    return fn()
  }

  shouldUpdate(): boolean {
    return isDue(this.accumulation)
  }

  initializeCountStatus(currentIter: number, maxIters: number): void {
    this.innerCount = currentIter
    this.maxCounts = maxIters
    if (currentIter % this.options.accumulative_counts !== 0 && this.accumulator.isEmpty) {
      this.logger.warning(
        `Resumed at iteration ${currentIter}, which accumulative_counts ${this.options.accumulative_counts} does not divide, ` +
          'without the gradients accumulated so far: the next step misses them.',
      )
    }
  }

  getLr(): Record<string, number[]> {
    const lr = this.optimizer.paramGroups.map((group) => group.lr)
    return this.baseParamSettings === undefined ? { lr } : { base_lr: [this.baseParamSettings.lr], lr }
  }

  getMomentum(): Record<string, number[]> {
    return { momentum: this.optimizer.paramGroups.map(momentumOf) }
  }

  stateDict(): OptimStateDict {
    const { tensors, json } = this.optimizer.stateDict()
    const base = this.baseParamSettings
    return {
      tensors: new Map([...tensors, ...this.accumulator.stateDict()]),
      json: base === undefined ? json : { ...json, base_param_settings: structuredClone({ ...base, params: [] }) },
    }
  }

  loadStateDict(state: OptimStateDict): void {
    const { own, rest } = GradientAccumulator.read(
      state.tensors,
      this.optimizer.paramGroups.flatMap((group) => group.params),
    )
    this.optimizer.loadStateDict({ tensors: rest, json: state.json })
    this.accumulator.load(own)
    const base = state.json['base_param_settings']
    if (this.baseParamSettings !== undefined && typeof base === 'object' && base !== null) {
      Object.assign(this.baseParamSettings, structuredClone(base))
    }
  }

  dispose(): void {
    this.optimizer.dispose()
    this.accumulator.dispose()
  }

  private get accumulation(): AccumulationState {
    return { counts: this.options.accumulative_counts, inner: this.innerCount, max: this.maxCounts }
  }

  /** Of the parameters that the loss reaches. */
  protected gradients(loss: () => tf.Scalar): ReadonlyMap<ParamGroup['params'][number], tf.Tensor> {
    const parameters = this.optimizer.paramGroups.flatMap((group) => group.params)
    // Read by every step, so that a recorded one refuses what it must refuse as well.
    const scale = this.options.accumulative_counts === 1 ? undefined : stepScalar(() => 1 / this.divisor())
    return lossGradients(loss, parameters, scale).grads
  }

  /** @throws TesseraError INVALID_ARGUMENT past the run's end, where an accumulation has no length */
  private divisor(): number {
    const divisor = lossDivisor(this.accumulation)
    if (divisor !== 0) return divisor
    throw new TesseraError('INVALID_ARGUMENT', {
      what: 'updateParams is called more often than the run has iterations',
      got: this.innerCount + 1,
      expected: `at most ${this.maxCounts}`,
      hint: 'Tell initializeCountStatus(currentIter, maxIters) the right numbers.',
    })
  }

  /** @returns the gradient norm, kept for the caller */
  private stepOn(grads: ReadonlyMap<ParamGroup['params'][number], tf.Tensor>): tf.Scalar | undefined {
    stepEffect(
      () => this.stepCount++,
      () => this.stepCount--,
    )
    const clip = this.options.clip_grad
    const clipped = clip ? clipGradients(grads, clip) : { grads }
    this.optimizer.step(clipped.grads)
    return 'norm' in clipped && clipped.norm !== undefined ? tf.keep(tf.clone(clipped.norm)) : undefined
  }
}

/** Momentum, or Adam's first decay rate, or 0. */
function momentumOf(group: ParamGroup): number {
  if (Object.hasOwn(group, 'momentum')) return numberOption(group, 'momentum')
  return Object.hasOwn(group, 'betas') ? betasOption(group)[0] : 0
}
