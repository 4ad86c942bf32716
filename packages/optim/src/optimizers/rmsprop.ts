import { type ConfigOf, OPTIMIZERS } from '@tessera/core'
import type { ParamGroup } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { averaged, l2Gradient } from './arithmetic.js'
import { flagOption, numberOption } from './groupOption.js'
import { Optimizer, type UpdateRule } from './optimizer.js'
import type { ParamGroupInit } from './paramGroupInit.js'
import { pickSlots } from './pickSlots.js'
import { executionEntries, flag, notNegative } from './schemaParts.js'
import type { StepNumbers } from './stepNumbers.js'

const schema = v.strictObject({
  lr: v.optional(notNegative, 1e-2),
  momentum: v.optional(notNegative, 0),
  /** Decay of the squares' average. */
  alpha: v.optional(notNegative, 0.99),
  eps: v.optional(notNegative, 1e-8),
  /** Divide by the deviation instead of the root mean square. */
  centered: flag(),
  weight_decay: v.optional(notNegative, 0),
  maximize: flag(),
  ...executionEntries,
})

interface RMSpropConfig extends ConfigOf<'RMSprop', typeof schema> {}
declare module '@tessera/core' {
  interface OptimizerTypes {
    RMSprop: RMSpropConfig
  }
}

/** Hinton's lecture 6e (2012), centred as in Graves (2013), as torch.optim.RMSprop. Weight decay is L2. */
@OPTIMIZERS.registerModule()
export class RMSprop extends Optimizer {
  static readonly schema = schema

  constructor(options: v.InferOutput<typeof schema>, groups: readonly ParamGroupInit[]) {
    super(options, groups, schema)
  }

  protected override slotNames(group: ParamGroup): readonly string[] {
    return [
      'square_avg',
      ...(numberOption(group, 'momentum') > 0 ? ['momentum_buffer'] : []),
      ...(flagOption(group, 'centered') ? ['grad_avg'] : []),
    ]
  }

  protected override rule(numbers: StepNumbers): UpdateRule {
    const gradient = l2Gradient(numbers)
    const centered = numbers.flag('centered')
    const lr = numbers.number((group) => group.lr)
    const complement = numbers.number((group) => 1 - numberOption(group, 'alpha'))
    const eps = numbers.number((group) => numberOption(group, 'eps'))
    const momentum = numbers.nonZero((group) => numberOption(group, 'momentum'))
    return (param, grad, slots) => {
      const { square_avg } = pickSlots(slots, 'square_avg')
      const decayed = gradient(param, grad)
      const square = averaged(square_avg, tf.square(decayed), complement)
      const mean = centered ? averaged(pickSlots(slots, 'grad_avg').grad_avg, decayed, complement) : undefined
      const deviation = tf.sqrt(mean === undefined ? square : tf.sub(square, tf.square(mean)))
      const scaled = tf.div(decayed, tf.add(deviation, eps()))
      const buffer =
        momentum === undefined ? undefined : tf.add(tf.mul(pickSlots(slots, 'momentum_buffer').momentum_buffer, momentum()), scaled)
      return {
        param: tf.sub(param, tf.mul(buffer ?? scaled, lr())),
        slots: {
          square_avg: square,
          ...(mean === undefined ? {} : { grad_avg: mean }),
          ...(buffer === undefined ? {} : { momentum_buffer: buffer }),
        },
      }
    }
  }
}
