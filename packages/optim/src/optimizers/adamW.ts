import { type ConfigOf, OPTIMIZERS } from '@tessera/core'
import type { ParamGroup } from '@tessera/nn'
import { stepScalar, tf } from '@tessera/runtime'
import * as v from 'valibot'
import { AdamFamily } from './adamFamily.js'
import { adamDelta } from './adamRule.js'
import { flagOption, numberOption } from './groupOption.js'
import type { UpdateRule } from './optimizer.js'
import type { ParamGroupInit } from './paramGroupInit.js'
import { betas, notNegative } from './schemaParts.js'

const schema = v.strictObject({
  lr: v.optional(notNegative, 1e-3),
  betas: v.optional(betas, [0.9, 0.999]),
  eps: v.optional(notNegative, 1e-8),
  weight_decay: v.optional(notNegative, 1e-2),
  amsgrad: v.optional(v.boolean(), false),
  maximize: v.optional(v.boolean(), false),
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

  protected override rule(group: ParamGroup, count: () => number): UpdateRule {
    const scalars = this.adamScalars(group, count)
    const maximize = flagOption(group, 'maximize')
    const decays = numberOption(group, 'weight_decay') !== 0
    const kept = decays ? stepScalar(() => 1 - group.lr * numberOption(group, 'weight_decay')) : undefined
    return (param, grad, slots) => {
      const next = adamDelta(maximize ? tf.neg(grad) : grad, slots, scalars)
      return { param: tf.sub(kept === undefined ? param : tf.mul(param, kept), next.delta), slots: next.slots }
    }
  }
}
