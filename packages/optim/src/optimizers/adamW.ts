import { type ConfigOf, OPTIMIZERS } from '@tessera/core'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { AdamFamily } from './adamFamily.js'
import { adamDelta } from './adamRule.js'
import { decoupledDecay, keptByDecay } from './arithmetic.js'
import type { InPlaceRule, UpdateRule } from './optimizer.js'
import type { ParamGroupInit } from './paramGroupInit.js'
import { betas, executionEntries, notNegative } from './schemaParts.js'
import type { StepNumbers } from './stepNumbers.js'

const schema = v.strictObject({
  lr: v.optional(notNegative, 1e-3),
  betas: v.optional(betas, [0.9, 0.999]),
  eps: v.optional(notNegative, 1e-8),
  weight_decay: v.optional(notNegative, 1e-2),
  amsgrad: v.optional(v.boolean(), false),
  maximize: v.optional(v.boolean(), false),
  ...executionEntries,
})

interface AdamWConfig extends ConfigOf<'AdamW', typeof schema> {}
declare module '@tessera/core' {
  interface OptimizerTypes {
    AdamW: AdamWConfig
  }
}

/**
 * Loshchilov & Hutter, "Decoupled Weight Decay Regularization" (2017); numbers as torch.optim.AdamW gives them.
 * Weight decay shrinks the parameter by lr · weight_decay, apart from the gradient.
 */
@OPTIMIZERS.registerModule()
export class AdamW extends AdamFamily {
  static readonly schema = schema

  constructor(options: v.InferOutput<typeof schema>, groups: readonly ParamGroupInit[]) {
    super(options, groups, schema)
  }

  protected override rule(numbers: StepNumbers): UpdateRule {
    const adam = this.adamNumbers(numbers)
    const maximize = numbers.flag('maximize')
    const decay = decoupledDecay(numbers)
    return (param, grad, slots) => {
      const next = adamDelta(maximize ? tf.neg(grad) : grad, slots, adam)
      return { param: tf.sub(decay(param), next.delta), slots: next.slots }
    }
  }

  protected override inPlaceRule(numbers: StepNumbers): InPlaceRule | undefined {
    const apply = this.applyAdam(numbers, keptByDecay(numbers))
    if (apply === undefined) return undefined
    const maximize = numbers.flag('maximize')
    return (param, grad, slots) => apply(param, maximize ? tf.neg(grad) : grad, slots)
  }
}
