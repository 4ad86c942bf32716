import { type ConfigOf, OPTIMIZERS } from '@tessera/core'
import type { ParamGroup } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { ascent, averaged, decoupledDecay, l2Gradient } from './arithmetic.js'
import { betasOption, numberOption } from './groupOption.js'
import { Optimizer, type UpdateRule } from './optimizer.js'
import type { ParamGroupInit } from './paramGroupInit.js'
import { pickSlots } from './pickSlots.js'
import { betas, executionEntries, flag, notNegative } from './schemaParts.js'
import type { StepNumbers } from './stepNumbers.js'

const schema = v.strictObject({
  lr: v.optional(notNegative, 1e-3),
  betas: v.optional(betas, [0.9, 0.999]),
  eps: v.optional(notNegative, 1e-8),
  weight_decay: v.optional(notNegative, 0),
  decoupled_weight_decay: flag(),
  maximize: flag(),
  ...executionEntries,
})

interface RAdamConfig extends ConfigOf<'RAdam', typeof schema> {}
declare module '@tessera/core' {
  interface OptimizerTypes {
    RAdam: RAdamConfig
  }
}

/**
 * Liu et al., "On the Variance of the Adaptive Learning Rate and Beyond" (2019), as torch.optim.RAdam. Weight decay is L2, or AdamW's with
 * `decoupled_weight_decay`.
 */
@OPTIMIZERS.registerModule()
export class RAdam extends Optimizer {
  static readonly schema = schema

  constructor(options: v.InferOutput<typeof schema>, groups: readonly ParamGroupInit[]) {
    super(options, groups, schema)
  }

  protected override slotNames(): readonly string[] {
    return ['exp_avg', 'exp_avg_sq']
  }

  protected override rule(numbers: StepNumbers): UpdateRule {
    const decoupled = numbers.flag('decoupled_weight_decay')
    const maximizes = numbers.flag('maximize')
    const gradient = decoupled ? ascent(maximizes) : l2Gradient(numbers, maximizes)
    const decay = decoupled ? decoupledDecay(numbers) : undefined
    const beta1Complement = numbers.number((group) => 1 - betasOption(group)[0])
    const beta2Complement = numbers.number((group) => 1 - betasOption(group)[1])
    const eps = numbers.number((group) => numberOption(group, 'eps'))
    // Of the plain and of the adaptive step one has size 0: which one changes after a few steps, and that is no other computation.
    const plain = numbers.number((group, { step }) => (rectification(group, step) > 0 ? 0 : stepSize(group, step)))
    const adaptive = numbers.number((group, { step }) => stepSize(group, step) * rectification(group, step))
    return (param, grad, slots) => {
      const { exp_avg, exp_avg_sq } = pickSlots(slots, 'exp_avg', 'exp_avg_sq')
      const decayed = gradient(param, grad)
      const mean = averaged(exp_avg, decayed, beta1Complement)
      const square = averaged(exp_avg_sq, tf.square(decayed), beta2Complement)
      const factor = tf.add(tf.div(adaptive(), tf.add(tf.sqrt(square), eps())), plain())
      return { param: tf.sub(decay?.(param) ?? param, tf.mul(mean, factor)), slots: { exp_avg: mean, exp_avg_sq: square } }
    }
  }
}

function stepSize(group: ParamGroup, step: number): number {
  return group.lr / (1 - betasOption(group)[0] ** step)
}

/** The variance's rectification with the bias correction of the second moment; 0 while the variance is intractable. */
export function rectification(group: ParamGroup, step: number): number {
  const beta2 = betasOption(group)[1]
  const unbiased = 1 - beta2 ** step
  const limit = 2 / (1 - beta2) - 1
  const length = limit - (2 * step * beta2 ** step) / unbiased
  if (length <= 5) return 0
  return Math.sqrt((unbiased * (length - 4) * (length - 2) * limit) / ((limit - 4) * (limit - 2) * length))
}
