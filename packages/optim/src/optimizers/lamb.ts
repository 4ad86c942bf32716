import { type ConfigOf, OPTIMIZERS } from '@tessera/core'
import type { ParamGroup } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { norm } from './arithmetic.js'
import { NO_PACKING, type PackingLimits } from './executionGroups.js'
import { betasOption, flagOption, numberOption } from './groupOption.js'
import { type Gradients, Optimizer, type UpdateRule } from './optimizer.js'
import type { ParamGroupInit } from './paramGroupInit.js'
import { pickSlots } from './pickSlots.js'
import { betas, flag, notNegative } from './schemaParts.js'
import type { StepNumbers } from './stepNumbers.js'
import { totalNorm } from './totalNorm.js'

const schema = v.strictObject({
  lr: v.optional(notNegative, 1e-3),
  bias_correction: flag(true),
  betas: v.optional(betas, [0.9, 0.999]),
  eps: v.optional(notNegative, 1e-6),
  weight_decay: v.optional(notNegative, 0.01),
  /** Average gradients (times 1 − beta1) instead of summing them. */
  grad_averaging: flag(true),
  /** All gradients together are scaled down to this norm first; of the optimizer, not of a group. */
  max_grad_norm: v.optional(
    v.pipe(
      v.number(),
      v.check((value) => value > 0, 'Expected a positive number'),
    ),
    1,
  ),
  /** Limit the trust ratio to 1 (LAMBC). */
  trust_clip: flag(),
  /** Adapt parameters without weight decay, too. */
  always_adapt: flag(),
})

interface LambConfig extends ConfigOf<'Lamb', typeof schema> {}
declare module '@tessera/core' {
  interface OptimizerTypes {
    Lamb: LambConfig
  }
}

/** You et al., "Large Batch Optimization for Deep Learning: Training BERT in 76 Minutes" (2019), as MMPreTrain's Lamb (timm's, NVIDIA's variant). */
@OPTIMIZERS.registerModule()
export class Lamb extends Optimizer {
  static readonly schema = schema
  /** The trust ratio is of whole parameters. */
  protected override readonly packing: PackingLimits = NO_PACKING

  constructor(options: v.InferOutput<typeof schema>, groups: readonly ParamGroupInit[]) {
    super(options, groups, schema)
  }

  protected override slotNames(): readonly string[] {
    return ['exp_avg', 'exp_avg_sq']
  }

  protected override prepareGradients(grads: Gradients): Gradients {
    const divisor = tf.maximum(tf.div(totalNorm([...grads.values()], 2), Number(this.defaults['max_grad_norm'])), 1)
    return new Map([...grads].map(([parameter, grad]) => [parameter, tf.div(grad, divisor)]))
  }

  protected override rule(numbers: StepNumbers): UpdateRule {
    const decay = numbers.nonZero((group) => numberOption(group, 'weight_decay'))
    const always = numbers.flag('always_adapt')
    const clips = numbers.flag('trust_clip')
    const lr = numbers.number((group) => group.lr)
    const beta1 = numbers.number((group) => betasOption(group)[0])
    const entering = numbers.number((group) => (flagOption(group, 'grad_averaging') ? 1 - betasOption(group)[0] : 1))
    const beta2Complement = numbers.number((group) => 1 - betasOption(group)[1])
    const meanScale = numbers.number((group, { step }) => 1 / correction(group, betasOption(group)[0], step))
    const squareScale = numbers.number((group, { step }) => 1 / Math.sqrt(correction(group, betasOption(group)[1], step)))
    const eps = numbers.number((group) => numberOption(group, 'eps'))
    return (param, grad, slots) => {
      const { exp_avg, exp_avg_sq } = pickSlots(slots, 'exp_avg', 'exp_avg_sq')
      const mean = tf.add(tf.mul(exp_avg, beta1()), tf.mul(grad, entering()))
      const square = tf.add(exp_avg_sq, tf.mul(tf.sub(tf.square(grad), exp_avg_sq), beta2Complement()))
      const adam = tf.div(tf.mul(mean, meanScale()), tf.add(tf.mul(tf.sqrt(square), squareScale()), eps()))
      const update = decay === undefined ? adam : tf.add(adam, tf.mul(param, decay()))
      const trust = decay !== undefined || always ? trustRatio(norm(param), norm(update), clips) : undefined
      const delta = tf.mul(update, trust === undefined ? lr() : tf.mul(trust, lr()))
      return { param: tf.sub(param, delta), slots: { exp_avg: mean, exp_avg_sq: square } }
    }
  }
}

function correction(group: ParamGroup, beta: number, step: number): number {
  return flagOption(group, 'bias_correction') ? 1 - beta ** step : 1
}

/** 1 where one of the norms is 0. */
function trustRatio(ofParam: tf.Tensor, ofUpdate: tf.Tensor, clips: boolean): tf.Tensor {
  const both = tf.logicalAnd(tf.greater(ofParam, 0), tf.greater(ofUpdate, 0))
  const ratio = tf.where(both, tf.div(ofParam, ofUpdate), tf.onesLike(ofParam))
  return clips ? tf.minimum(ratio, 1) : ratio
}
