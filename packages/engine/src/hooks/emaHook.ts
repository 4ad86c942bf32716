import { BUILDER, type Builder, type ConfigOf, HOOKS, inject, MODELS, TesseraError } from '@tessera/core'
import { AveragedModel } from '@tessera/nn'
import * as v from 'valibot'
import type { CheckpointContent } from '../checkpoint/checkpointContent.js'
import type { RunState } from '../run/runState.js'
import { Hook } from './hook.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(0))

const schema = v.looseObject({
  /** `ExponentialMovingAverage`, `MomentumAnnealingEMA`, `StochasticWeightAverage`, `CosineEMA`, or one of your own. Further options are its. */
  ema_type: v.optional(v.string(), 'ExponentialMovingAverage'),
  /** The share that new weights get. */
  momentum: v.optional(v.number()),
  /** Of MomentumAnnealingEMA. */
  gamma: v.optional(v.number()),
  /** Of CosineEMA. */
  end_momentum: v.optional(v.number()),
  interval: v.optional(v.number()),
  update_buffers: v.optional(v.boolean()),
  /** Accepted for MMEngine's recipes: names always have to match here. */
  strict_load: v.optional(v.boolean(), false),
  /** First iteration to average, from 1; or `begin_epoch`, not both. */
  begin_iter: v.optional(count, 0),
  begin_epoch: v.optional(count, 0),
  /** Validate and test with the average. */
  evaluate_on_ema: v.optional(v.boolean(), true),
  /** … with the trained weights; both: those metrics are logged as `…_origin`. */
  evaluate_on_origin: v.optional(v.boolean(), false),
})

export interface EMAHookConfig extends ConfigOf<'EMAHook', typeof schema> {}
declare module '@tessera/core' {
  interface HookTypes {
    EMAHook: EMAHookConfig
  }
}

/** What is not the average's. */
const OWN_KEYS = new Set(['ema_type', 'strict_load', 'begin_iter', 'begin_epoch', 'evaluate_on_ema', 'evaluate_on_origin'])

type Options = v.InferOutput<typeof schema>

/**
 * Keeps an average of the weights, evaluates with it and saves it as `ema.safetensors` (MMPreTrain's EMAHook). The average is updated
 * inside the training step. Unlike there, files hold what they are called: `model.safetensors` the trained weights.
 */
@HOOKS.registerModule()
export class EMAHook extends Hook {
  static readonly schema = schema
  private average: AveragedModel | undefined
  /** The model holds the average, and the average the trained weights. */
  private swapped = false

  constructor(
    private readonly options: Options,
    @inject(BUILDER) private readonly builder: Builder,
  ) {
    super()
    if (options.begin_iter > 0 && options.begin_epoch > 0) {
      throw new TesseraError('INVALID_OPTIONS', {
        what: 'begin_iter and begin_epoch are not both set',
        path: 'EMAHook',
        got: { begin_iter: options.begin_iter, begin_epoch: options.begin_epoch },
      })
    }
  }

  override beforeRun(run: RunState): void {
    if (this.average !== undefined) return
    const { ema_type } = this.options
    const own = Object.entries(this.options).filter(([key]) => !OWN_KEYS.has(key))
    const built = asHook(() => this.builder.build(MODELS, { ...Object.fromEntries(own), type: ema_type }, run.model))
    if (!(built instanceof AveragedModel))
      throw new TesseraError('INVALID_OPTIONS', { what: 'an average extends AveragedModel', path: 'EMAHook.ema_type', got: ema_type })
    this.average = built
    run.training.inStep.push({
      stepKey: () => (this.hasBegun(run) ? `ema:${built.action}` : undefined),
      update: () => built.update(),
      advance: () => built.advance(),
    })
  }

  override beforeTrain(run: RunState): void {
    const { begin_epoch, begin_iter } = this.options
    const { maxEpochs, maxIters } = run.progress
    if (begin_epoch > maxEpochs || begin_iter > maxIters) {
      throw new TesseraError('INVALID_OPTIONS', {
        what: 'the average would begin after the end of the run',
        path: begin_epoch > maxEpochs ? 'EMAHook.begin_epoch' : 'EMAHook.begin_iter',
        got: begin_epoch > maxEpochs ? begin_epoch : begin_iter,
        expected: `at most ${begin_epoch > maxEpochs ? maxEpochs : maxIters}`,
      })
    }
    this.average?.prepare()
  }

  override afterLoadCheckpoint(run: RunState, checkpoint: CheckpointContent): void {
    if (checkpoint.ema !== undefined) this.average?.loadStateDict(checkpoint.ema.state, checkpoint.ema.steps)
    else run.logger.warning('The checkpoint has no average of the weights: EMAHook begins with the weights themselves.')
  }

  override beforeSaveCheckpoint(_run: RunState, checkpoint: CheckpointContent): void {
    const { average } = this
    if (average === undefined) return
    const state = average.stateDict()
    // Within an evaluation the two have changed places.
    checkpoint.ema = { state: this.swapped ? checkpoint.model : state, steps: average.steps }
    if (this.swapped) checkpoint.model = state
  }

  override beforeValEpoch(): void {
    if (this.evaluatesAverage) this.swap()
  }

  override async afterValEpoch(run: RunState): Promise<void> {
    await this.afterEvaluation(run, 'val')
  }

  /** Also after a validation that was interrupted. */
  override afterVal(): void {
    if (this.swapped) this.swap()
  }

  override beforeTestEpoch(run: RunState): void {
    run.logger.info(`Start testing on ${this.evaluatesAverage ? 'the EMA model' : 'the original model'}.`)
    if (this.evaluatesAverage) this.swap()
  }

  override async afterTestEpoch(run: RunState): Promise<void> {
    await this.afterEvaluation(run, 'test')
  }

  override afterTest(): void {
    if (this.swapped) this.swap()
  }

  override dispose(): void {
    this.average?.dispose()
  }

  private get evaluatesAverage(): boolean {
    return this.options.evaluate_on_ema
  }

  private async afterEvaluation(run: RunState, mode: 'val' | 'test'): Promise<void> {
    if (this.swapped) this.swap()
    if (!this.options.evaluate_on_ema || !this.options.evaluate_on_origin) return
    const metrics = (await run.measure[mode]?.()) ?? {}
    for (const [name, value] of Object.entries(metrics))
      if (typeof value === 'number') run.hub.updateScalar(`${mode}/${name}_origin`, value)
  }

  private swap(): void {
    this.average?.swap()
    this.swapped = !this.swapped
  }

  private hasBegun(run: RunState): boolean {
    const { begin_epoch, begin_iter } = this.options
    return begin_epoch > 0 ? run.progress.epoch + 1 >= begin_epoch : run.progress.iter + 1 >= begin_iter
  }
}

/** The average's options stand among the hook's. */
function asHook<T>(build: () => T): T {
  try {
    return build()
  } catch (cause) {
    if (!(cause instanceof TesseraError)) throw cause
    throw new TesseraError(cause.code, { ...cause.details, path: `EMAHook.${cause.details.path ?? 'ema_type'}`, cause })
  }
}
