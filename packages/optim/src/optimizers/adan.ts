import { type ConfigOf, OPTIMIZERS } from '@tessera/core'
import type { ParamGroup } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { averaged } from './arithmetic.js'
import { numberOption, numbersOption } from './groupOption.js'
import { type Gradients, Optimizer, type UpdateRule } from './optimizer.js'
import type { ParamGroupInit } from './paramGroupInit.js'
import { pickSlots } from './pickSlots.js'
import { beta, executionEntries, flag, notNegative } from './schemaParts.js'
import type { StepNumbers } from './stepNumbers.js'
import { totalNorm } from './totalNorm.js'

const schema = v.strictObject({
  lr: v.optional(notNegative, 1e-3),
  betas: v.optional(v.strictTuple([beta, beta, beta]), [0.98, 0.92, 0.99]),
  eps: v.optional(notNegative, 1e-8),
  weight_decay: v.optional(notNegative, 0),
  /** All gradients together are scaled down to this norm first; 0 does not clip. Of the optimizer, not of a group. */
  max_grad_norm: v.optional(notNegative, 0),
  /** Weight decay as AdamW's, instead of the proximal form. */
  no_prox: flag(),
  foreach: executionEntries.foreach,
})

interface AdanConfig extends ConfigOf<'Adan', typeof schema> {}
declare module '@tessera/core' {
  interface OptimizerTypes {
    Adan: AdanConfig
  }
}

/** Xie et al., "Adan: Adaptive Nesterov Momentum Algorithm for Faster Optimizing Deep Models" (2022), as MMPreTrain's (with `no_prox`, as its form that does train: `foreach: false`). */
@OPTIMIZERS.registerModule()
export class Adan extends Optimizer {
  static readonly schema = schema

  constructor(options: v.InferOutput<typeof schema>, groups: readonly ParamGroupInit[]) {
    super(options, groups, schema)
  }

  protected override slotNames(): readonly string[] {
    return ['exp_avg', 'exp_avg_sq', 'exp_avg_diff', 'pre_grad']
  }

  protected override prepareGradients(grads: Gradients): Gradients {
    const limit = Number(this.defaults['max_grad_norm'])
    if (limit === 0) return grads
    const last = this.paramGroups.at(-1)
    const eps = last === undefined ? 0 : numberOption(last, 'eps')
    const factor = tf.minimum(tf.div(limit, tf.add(totalNorm([...grads.values()], 2), eps)), 1)
    return new Map([...grads].map(([parameter, grad]) => [parameter, tf.mul(grad, factor)]))
  }

  protected override rule(numbers: StepNumbers): UpdateRule {
    const proximal = !numbers.flag('no_prox')
    const decays = numbers.any((group) => numberOption(group, 'weight_decay'))
    const kept = decays
      ? numbers.number((group) => {
          const decay = group.lr * numberOption(group, 'weight_decay')
          return proximal ? 1 / (1 + decay) : 1 - decay
        })
      : undefined
    const lr = numbers.number((group) => group.lr)
    const ofMean = numbers.number((group) => 1 - decayRate(group, 0))
    const ofDiff = numbers.number((group) => 1 - decayRate(group, 1))
    const ofSquare = numbers.number((group) => 1 - decayRate(group, 2))
    const beta2 = numbers.number((group) => decayRate(group, 1))
    const eps = numbers.number((group) => numberOption(group, 'eps'))
    // There is no difference to a gradient before the first.
    const continues = numbers.number((_, { step }) => (step === 1 ? 0 : 1))
    const meanScale = numbers.number((group, { step }) => 1 / (1 - decayRate(group, 0) ** step))
    const diffScale = numbers.number((group, { step }) => decayRate(group, 1) / (1 - decayRate(group, 1) ** step))
    const squareScale = numbers.number((group, { step }) => 1 / Math.sqrt(1 - decayRate(group, 2) ** step))
    return (param, grad, slots) => {
      const { exp_avg, exp_avg_sq, exp_avg_diff, pre_grad } = pickSlots(slots, 'exp_avg', 'exp_avg_sq', 'exp_avg_diff', 'pre_grad')
      const change = tf.mul(tf.sub(grad, pre_grad), continues())
      const ahead = tf.add(grad, tf.mul(change, beta2()))
      const mean = averaged(exp_avg, grad, ofMean)
      const diff = averaged(exp_avg_diff, change, ofDiff)
      const square = averaged(exp_avg_sq, tf.square(ahead), ofSquare)
      const direction = tf.add(tf.mul(mean, meanScale()), tf.mul(diff, diffScale()))
      const delta = tf.mul(tf.div(direction, tf.add(tf.mul(tf.sqrt(square), squareScale()), eps())), lr())
      const decayed = proximal || kept === undefined ? param : tf.mul(param, kept())
      const moved = tf.sub(decayed, delta)
      return {
        param: proximal && kept !== undefined ? tf.mul(moved, kept()) : moved,
        slots: { exp_avg: mean, exp_avg_sq: square, exp_avg_diff: diff, pre_grad: tf.clone(grad) },
      }
    }
  }
}

function decayRate(group: ParamGroup, index: number): number {
  return numbersOption(group, 'betas')[index] ?? 0
}
