import { type ConfigOf, OPTIMIZERS } from '@tessera/core'
import type { ParamGroup } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { l2Gradient } from './arithmetic.js'
import { numberOption } from './groupOption.js'
import { Optimizer, type UpdateRule } from './optimizer.js'
import type { ParamGroupInit } from './paramGroupInit.js'
import { pickSlots } from './pickSlots.js'
import { executionEntries, flag, notNegative } from './schemaParts.js'
import type { StepNumbers } from './stepNumbers.js'

const schema = v.strictObject({
  lr: v.optional(notNegative, 1e-2),
  /** The rate falls as 1 / (1 + (step − 1) · lr_decay). */
  lr_decay: v.optional(notNegative, 0),
  eps: v.optional(notNegative, 1e-10),
  weight_decay: v.optional(notNegative, 0),
  initial_accumulator_value: v.optional(notNegative, 0),
  maximize: flag(),
  ...executionEntries,
})

interface AdagradConfig extends ConfigOf<'Adagrad', typeof schema> {}
declare module '@tessera/core' {
  interface OptimizerTypes {
    Adagrad: AdagradConfig
  }
}

/** Duchi, Hazan & Singer, "Adaptive Subgradient Methods" (2011), as torch.optim.Adagrad. Weight decay is L2. */
@OPTIMIZERS.registerModule()
export class Adagrad extends Optimizer {
  static readonly schema = schema

  constructor(options: v.InferOutput<typeof schema>, groups: readonly ParamGroupInit[]) {
    super(options, groups, schema)
  }

  protected override slotNames(): readonly string[] {
    return ['sum']
  }

  protected override slotStart(_slot: string, group: ParamGroup): number {
    return numberOption(group, 'initial_accumulator_value')
  }

  protected override rule(numbers: StepNumbers): UpdateRule {
    const gradient = l2Gradient(numbers)
    const eps = numbers.number((group) => numberOption(group, 'eps'))
    const stepSize = numbers.number((group, { step }) => group.lr / (1 + (step - 1) * numberOption(group, 'lr_decay')))
    return (param, grad, slots) => {
      const decayed = gradient(param, grad)
      const sum = tf.add(pickSlots(slots, 'sum').sum, tf.square(decayed))
      return { param: tf.sub(param, tf.mul(tf.div(decayed, tf.add(tf.sqrt(sum), eps())), stepSize())), slots: { sum } }
    }
  }
}
