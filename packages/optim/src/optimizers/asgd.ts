import { type ConfigOf, OPTIMIZERS } from '@tessera/core'
import type { ParamGroup } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { averaged, l2Gradient } from './arithmetic.js'
import { numberOption } from './groupOption.js'
import type { HostState } from './hostState.js'
import { Optimizer, type UpdateRule } from './optimizer.js'
import type { ParamGroupInit } from './paramGroupInit.js'
import { pickSlots } from './pickSlots.js'
import { executionEntries, flag, notNegative } from './schemaParts.js'
import type { StepNumbers } from './stepNumbers.js'

const schema = v.strictObject({
  lr: v.optional(notNegative, 1e-2),
  lambd: v.optional(v.number(), 1e-4),
  alpha: v.optional(v.number(), 0.75),
  /** The step at which averaging begins. */
  t0: v.optional(v.number(), 1e6),
  weight_decay: v.optional(notNegative, 0),
  maximize: flag(),
  ...executionEntries,
})

interface ASGDConfig extends ConfigOf<'ASGD', typeof schema> {}
declare module '@tessera/core' {
  interface OptimizerTypes {
    ASGD: ASGDConfig
  }
}

/**
 * Polyak & Juditsky, "Acceleration of Stochastic Approximation by Averaging" (1992), as torch.optim.ASGD: the average is kept in `ax`
 * and not trained with. Weight decay is L2.
 */
@OPTIMIZERS.registerModule()
export class ASGD extends Optimizer {
  static readonly schema = schema

  constructor(options: v.InferOutput<typeof schema>, groups: readonly ParamGroupInit[]) {
    super(options, groups, schema)
  }

  protected override slotNames(): readonly string[] {
    return ['ax']
  }

  /** `eta` and `mu` are those of the next step, as PyTorch keeps them; this step's are what the last one left. */
  protected override count(state: HostState, group: ParamGroup): void {
    super.count(state, group)
    state['present_eta'] = state['eta'] ?? group.lr
    state['present_mu'] = state['mu'] ?? 1
    state['eta'] = group.lr / (1 + numberOption(group, 'lambd') * group.lr * state.step) ** numberOption(group, 'alpha')
    state['mu'] = 1 / Math.max(1, state.step - numberOption(group, 't0'))
  }

  protected override rule(numbers: StepNumbers): UpdateRule {
    const gradient = l2Gradient(numbers)
    const eta = numbers.number((group, { present_eta = group.lr }) => present_eta)
    const kept = numbers.number((group, { present_eta = group.lr }) => 1 - numberOption(group, 'lambd') * present_eta)
    const mu = numbers.number((_, { present_mu = 1 }) => present_mu)
    return (param, grad, slots) => {
      const next = tf.sub(tf.mul(param, kept()), tf.mul(gradient(param, grad), eta()))
      return { param: next, slots: { ax: averaged(pickSlots(slots, 'ax').ax, next, mu) } }
    }
  }
}
