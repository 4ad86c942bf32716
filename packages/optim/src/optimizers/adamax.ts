import { type ConfigOf, OPTIMIZERS } from '@tessera/core'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { averaged, l2Gradient } from './arithmetic.js'
import { betasOption, numberOption } from './groupOption.js'
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
  maximize: flag(),
  ...executionEntries,
})

interface AdamaxConfig extends ConfigOf<'Adamax', typeof schema> {}
declare module '@tessera/core' {
  interface OptimizerTypes {
    Adamax: AdamaxConfig
  }
}

/** Kingma & Ba, "Adam" (2014), section 7.1: Adam with an infinity norm, as torch.optim.Adamax. Weight decay is L2. */
@OPTIMIZERS.registerModule()
export class Adamax extends Optimizer {
  static readonly schema = schema

  constructor(options: v.InferOutput<typeof schema>, groups: readonly ParamGroupInit[]) {
    super(options, groups, schema)
  }

  protected override slotNames(): readonly string[] {
    return ['exp_avg', 'exp_inf']
  }

  protected override rule(numbers: StepNumbers): UpdateRule {
    const gradient = l2Gradient(numbers)
    const beta1Complement = numbers.number((group) => 1 - betasOption(group)[0])
    const beta2 = numbers.number((group) => betasOption(group)[1])
    const eps = numbers.number((group) => numberOption(group, 'eps'))
    const stepSize = numbers.number((group, { step }) => group.lr / (1 - betasOption(group)[0] ** step))
    return (param, grad, slots) => {
      const { exp_avg, exp_inf } = pickSlots(slots, 'exp_avg', 'exp_inf')
      const decayed = gradient(param, grad)
      const mean = averaged(exp_avg, decayed, beta1Complement)
      const largest = tf.maximum(tf.mul(exp_inf, beta2()), tf.add(tf.abs(decayed), eps()))
      return { param: tf.sub(param, tf.mul(tf.div(mean, largest), stepSize())), slots: { exp_avg: mean, exp_inf: largest } }
    }
  }
}
