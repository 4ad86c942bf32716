import { type ConfigOf, OPTIMIZERS } from '@tessera/core'
import type { ParamGroup } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { ascent, averaged, decoupledDecay, l2Gradient } from './arithmetic.js'
import { betasOption, numberOption } from './groupOption.js'
import type { HostState } from './hostState.js'
import { Optimizer, type UpdateRule } from './optimizer.js'
import type { ParamGroupInit } from './paramGroupInit.js'
import { pickSlots } from './pickSlots.js'
import { betas, executionEntries, flag, notNegative } from './schemaParts.js'
import type { StepNumbers } from './stepNumbers.js'

const schema = v.strictObject({
  lr: v.optional(notNegative, 2e-3),
  betas: v.optional(betas, [0.9, 0.999]),
  eps: v.optional(notNegative, 1e-8),
  weight_decay: v.optional(notNegative, 0),
  momentum_decay: v.optional(notNegative, 4e-3),
  decoupled_weight_decay: flag(),
  maximize: flag(),
  ...executionEntries,
})

interface NAdamConfig extends ConfigOf<'NAdam', typeof schema> {}
declare module '@tessera/core' {
  interface OptimizerTypes {
    NAdam: NAdamConfig
  }
}

/** Dozat, "Incorporating Nesterov Momentum into Adam" (2016), as torch.optim.NAdam. Weight decay is L2, or AdamW's with `decoupled_weight_decay`. */
@OPTIMIZERS.registerModule()
export class NAdam extends Optimizer {
  static readonly schema = schema

  constructor(options: v.InferOutput<typeof schema>, groups: readonly ParamGroupInit[]) {
    super(options, groups, schema)
  }

  protected override slotNames(): readonly string[] {
    return ['exp_avg', 'exp_avg_sq']
  }

  /** The product of all momenta so far is a number of the host. */
  protected override count(state: HostState, group: ParamGroup): void {
    super.count(state, group)
    state['mu_product'] = (state['mu_product'] ?? 1) * momentum(group, state.step)
  }

  protected override rule(numbers: StepNumbers): UpdateRule {
    const decoupled = numbers.flag('decoupled_weight_decay')
    const maximizes = numbers.flag('maximize')
    const gradient = decoupled ? ascent(maximizes) : l2Gradient(numbers, maximizes)
    const decay = decoupled ? decoupledDecay(numbers) : undefined
    const beta1Complement = numbers.number((group) => 1 - betasOption(group)[0])
    const beta2Complement = numbers.number((group) => 1 - betasOption(group)[1])
    const epsilon = numbers.number((group, { step }) => numberOption(group, 'eps') * correction(group, step))
    // correction() comes out of the denominator, as in Adam.
    const ofGradient = numbers.number((group, { step, mu_product = momentum(group, 1) }) => {
      return (group.lr * (1 - momentum(group, step)) * correction(group, step)) / (1 - mu_product)
    })
    const ofMean = numbers.number((group, { step, mu_product = momentum(group, 1) }) => {
      const next = momentum(group, step + 1)
      return (group.lr * next * correction(group, step)) / (1 - mu_product * next)
    })
    return (param, grad, slots) => {
      const { exp_avg, exp_avg_sq } = pickSlots(slots, 'exp_avg', 'exp_avg_sq')
      const decayed = gradient(param, grad)
      const mean = averaged(exp_avg, decayed, beta1Complement)
      const square = averaged(exp_avg_sq, tf.square(decayed), beta2Complement)
      const direction = tf.add(tf.mul(decayed, ofGradient()), tf.mul(mean, ofMean()))
      const delta = tf.div(direction, tf.add(tf.sqrt(square), epsilon()))
      return { param: tf.sub(decay?.(param) ?? param, delta), slots: { exp_avg: mean, exp_avg_sq: square } }
    }
  }
}

function momentum(group: ParamGroup, step: number): number {
  return betasOption(group)[0] * (1 - 0.5 * 0.96 ** (step * numberOption(group, 'momentum_decay')))
}

function correction(group: ParamGroup, step: number): number {
  return Math.sqrt(1 - betasOption(group)[1] ** step)
}
