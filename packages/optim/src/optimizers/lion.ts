import { type ConfigOf, OPTIMIZERS } from '@tessera/core'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { averaged } from './arithmetic.js'
import { betasOption, numberOption } from './groupOption.js'
import { Optimizer, type UpdateRule } from './optimizer.js'
import type { ParamGroupInit } from './paramGroupInit.js'
import { pickSlots } from './pickSlots.js'
import { notNegative, share } from './schemaParts.js'
import type { StepNumbers } from './stepNumbers.js'

const schema = v.strictObject({
  lr: v.optional(
    v.pipe(
      v.number(),
      v.check((value) => value > 0, 'Expected a positive number'),
    ),
    1e-4,
  ),
  betas: v.optional(v.strictTuple([share, share]), [0.9, 0.99]),
  weight_decay: v.optional(notNegative, 0),
  /** Weight decay as written, not times the optimizer's `lr`; what a schedule does to the rate it still does to the decay. */
  decoupled_weight_decay: v.optional(v.boolean(), false),
})

interface LionConfig extends ConfigOf<'Lion', typeof schema> {}
declare module '@tessera/core' {
  interface OptimizerTypes {
    Lion: LionConfig
  }
}

/** Chen et al., "Symbolic Discovery of Optimization Algorithms" (2023), as the package lion-pytorch. Weight decay is AdamW's. */
@OPTIMIZERS.registerModule()
export class Lion extends Optimizer {
  static readonly schema = schema
  private readonly decayUnit: number

  constructor({ decoupled_weight_decay, ...options }: v.InferOutput<typeof schema>, groups: readonly ParamGroupInit[]) {
    super(options, groups, schema)
    this.decayUnit = decoupled_weight_decay ? options.lr : 1
  }

  protected override slotNames(): readonly string[] {
    return ['exp_avg']
  }

  protected override rule(numbers: StepNumbers): UpdateRule {
    const decays = numbers.any((group) => numberOption(group, 'weight_decay'))
    const kept = decays ? numbers.number((group) => 1 - (group.lr * numberOption(group, 'weight_decay')) / this.decayUnit) : undefined
    const lr = numbers.number((group) => group.lr)
    const beta1Complement = numbers.number((group) => 1 - betasOption(group)[0])
    const beta2Complement = numbers.number((group) => 1 - betasOption(group)[1])
    return (param, grad, slots) => {
      const { exp_avg } = pickSlots(slots, 'exp_avg')
      const direction = tf.sign(averaged(exp_avg, grad, beta1Complement))
      return {
        param: tf.sub(kept === undefined ? param : tf.mul(param, kept()), tf.mul(direction, lr())),
        slots: { exp_avg: averaged(exp_avg, grad, beta2Complement) },
      }
    }
  }
}
