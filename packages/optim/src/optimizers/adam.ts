import { type ConfigOf, OPTIMIZERS } from '@tessera/core'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { AdamFamily } from './adamFamily.js'
import { adamDelta } from './adamRule.js'
import { l2Gradient } from './arithmetic.js'
import type { InPlaceRule, UpdateRule } from './optimizer.js'
import type { ParamGroupInit } from './paramGroupInit.js'
import { betas, executionEntries, notNegative } from './schemaParts.js'
import type { StepNumbers } from './stepNumbers.js'

const schema = v.strictObject({
  lr: v.optional(notNegative, 1e-3),
  betas: v.optional(betas, [0.9, 0.999]),
  eps: v.optional(notNegative, 1e-8),
  weight_decay: v.optional(notNegative, 0),
  amsgrad: v.optional(v.boolean(), false),
  maximize: v.optional(v.boolean(), false),
  ...executionEntries,
})

interface AdamConfig extends ConfigOf<'Adam', typeof schema> {}
declare module '@tessera/core' {
  interface OptimizerTypes {
    Adam: AdamConfig
  }
}

/** Kingma & Ba, "Adam: A Method for Stochastic Optimization" (2014), as torch.optim.Adam: weight decay is part of the gradient (L2). */
@OPTIMIZERS.registerModule()
export class Adam extends AdamFamily {
  static readonly schema = schema

  constructor(options: v.InferOutput<typeof schema>, groups: readonly ParamGroupInit[]) {
    super(options, groups, schema)
  }

  protected override rule(numbers: StepNumbers): UpdateRule {
    const adam = this.adamNumbers(numbers)
    const gradient = l2Gradient(numbers)
    return (param, grad, slots) => {
      const next = adamDelta(gradient(param, grad), slots, adam)
      return { param: tf.sub(param, next.delta), slots: next.slots }
    }
  }

  protected override inPlaceRule(numbers: StepNumbers): InPlaceRule | undefined {
    const apply = this.applyAdam(numbers)
    if (apply === undefined) return undefined
    const gradient = l2Gradient(numbers)
    return (param, grad, slots) => apply(param, gradient(param, grad), slots)
  }
}
