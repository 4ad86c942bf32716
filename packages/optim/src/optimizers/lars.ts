import { type ConfigOf, OPTIMIZERS } from '@tessera/core'
import type { ParamGroup } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { norm } from './arithmetic.js'
import { NO_PACKING, type PackingLimits } from './executionGroups.js'
import { numberOption } from './groupOption.js'
import { Optimizer, type UpdateRule } from './optimizer.js'
import type { ParamGroupInit } from './paramGroupInit.js'
import { flag, notNegative } from './schemaParts.js'
import type { StepNumbers } from './stepNumbers.js'

const schema = v.pipe(
  v.strictObject({
    lr: notNegative,
    momentum: v.optional(notNegative, 0),
    dampening: v.optional(v.number(), 0),
    weight_decay: v.optional(notNegative, 0),
    nesterov: flag(),
    /** The trust coefficient. */
    eta: v.optional(notNegative, 0.001),
    /** Keeps the local rate from a division by zero; of the optimizer, not of a group. */
    eps: v.optional(notNegative, 1e-8),
  }),
  v.check(
    ({ nesterov, momentum, dampening }) => !nesterov || (momentum > 0 && dampening === 0),
    'Nesterov momentum requires a momentum and zero dampening',
  ),
)

interface LARSConfig extends ConfigOf<'LARS', typeof schema> {}
declare module '@tessera/core' {
  interface OptimizerTypes {
    LARS: LARSConfig
  }
}

/**
 * You, Gitman & Ginsburg, "Large Batch Training of Convolutional Networks" (2017), as MMPreTrain's LARS: each parameter's rate follows
 * the ratio of its norm to its gradient's, save in groups with `lars_exclude: true` (by custom_keys). The rate is part of the momentum.
 */
@OPTIMIZERS.registerModule()
export class LARS extends Optimizer {
  static readonly schema = schema
  /** The local rate is of whole parameters. */
  protected override readonly packing: PackingLimits = NO_PACKING
  private readonly eps: number

  constructor({ eps, ...options }: v.InferOutput<typeof schema>, groups: readonly ParamGroupInit[]) {
    super(options, groups, schema)
    this.eps = eps
  }

  protected override slotNames(group: ParamGroup): readonly string[] {
    return numberOption(group, 'momentum') === 0 ? [] : ['momentum_buffer']
  }

  protected override rule(numbers: StepNumbers): UpdateRule {
    const nesterov = numbers.flag('nesterov')
    const adapts = !numbers.any((group) => (group['lars_exclude'] === true ? 1 : 0))
    const lr = numbers.number((group) => group.lr)
    const eta = numbers.number((group) => numberOption(group, 'eta'))
    const decay = numbers.nonZero((group) => numberOption(group, 'weight_decay'))
    const momentum = numbers.nonZero((group) => numberOption(group, 'momentum'))
    // The buffer starts at zero, so a factor of one in the first step is "buffer = gradient".
    const dampened = numbers.any((group) => numberOption(group, 'dampening'))
    const entering = dampened ? numbers.number((group, { step }) => (step === 1 ? 1 : 1 - numberOption(group, 'dampening'))) : undefined
    const localRate = (param: tf.Tensor, grad: tf.Tensor) => {
      const ofParam = norm(param)
      const ofGrad = norm(grad)
      const ofDecay = decay === undefined ? tf.add(ofGrad, this.eps) : tf.add(tf.add(ofGrad, tf.mul(ofParam, decay())), this.eps)
      const both = tf.logicalAnd(tf.greater(ofParam, 0), tf.greater(ofGrad, 0))
      return tf.where(both, tf.div(tf.mul(ofParam, eta()), ofDecay), tf.onesLike(ofParam))
    }
    return (param, grad, slots) => {
      const rate = adapts ? tf.mul(localRate(param, grad), lr()) : lr()
      const scaled = tf.mul(decay === undefined ? grad : tf.add(grad, tf.mul(param, decay())), rate)
      const buffer = slots['momentum_buffer']
      if (momentum === undefined || buffer === undefined) return { param: tf.sub(param, scaled), slots: {} }
      const next = tf.add(tf.mul(buffer, momentum()), entering === undefined ? scaled : tf.mul(scaled, entering()))
      return {
        param: tf.sub(param, nesterov ? tf.add(scaled, tf.mul(next, momentum())) : next),
        slots: { momentum_buffer: next },
      }
    }
  }
}
