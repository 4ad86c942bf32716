import { type ConfigOf, inject, LOGGER, type Logger, OPTIM_WRAPPERS } from '@tessera/core'
import type { Parameter } from '@tessera/nn'
import { checkPrecision, isRecording, type Precision, type tf, withPrecision } from '@tessera/runtime'
import * as v from 'valibot'
import type { Optimizer } from '../optimizers/optimizer.js'
import { OptimWrapper, optimWrapperEntries } from './optimWrapper.js'

const schema = v.strictObject({
  ...optimWrapperEntries,
  /** `bfloat16` (default), or `float32` for none. */
  dtype: v.nullish(v.picklist(['float16', 'bfloat16', 'float32', 'float64'])),
  /** Accepted for recipes that were written for float16: bfloat16 has float32's range, so that nothing needs scaling. */
  loss_scale: v.optional(v.union([v.literal('dynamic'), v.number(), v.record(v.string(), v.unknown())]), 'dynamic'),
  /** Accepted for recipes; there is no FSDP here. */
  use_fsdp: v.optional(v.literal(false, 'Expected false: there is no FSDP here'), false),
})

interface AmpOptimWrapperConfig extends ConfigOf<'AmpOptimWrapper', typeof schema> {}
declare module '@tessera/core' {
  interface OptimWrapperTypes {
    AmpOptimWrapper: AmpOptimWrapperConfig
  }
}

/**
 * Mixed precision (MMEngine's AmpOptimWrapper), as PyTorch's autocast on a CPU: forward and backward compute matrix products and
 * convolutions in bfloat16; weights, normalization, softmax, losses and the update stay float32. It needs the compiled step: op by op
 * it trains in float32 and says so once.
 */
@OPTIM_WRAPPERS.registerModule()
export class AmpOptimWrapper extends OptimWrapper {
  static override readonly schema: v.GenericSchema = schema
  private readonly precision: Precision
  private readonly log: Logger
  private warned = false

  constructor(options: v.InferOutput<typeof schema>, optimizer: Optimizer, @inject(LOGGER) logger: Logger) {
    super(options, optimizer, logger)
    this.precision = checkPrecision(options.dtype ?? 'bfloat16', 'optim_wrapper.dtype')
    this.log = logger
  }

  override optimContext<T>(fn: () => T): T {
    this.warnOpByOp()
    return withPrecision(this.precision, fn)
  }

  protected override gradients(loss: () => tf.Scalar): ReadonlyMap<Parameter, tf.Tensor> {
    return this.optimContext(() => super.gradients(loss))
  }

  private warnOpByOp(): void {
    if (this.precision !== 'float32' && !isRecording() && !this.warned) {
      this.warned = true
      this.log.warning(
        `Trains in float32: ${this.precision} exists in compiled steps alone, which need the native backend and compile: true.`,
      )
    }
  }
}
