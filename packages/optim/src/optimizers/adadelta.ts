import { type ConfigOf, OPTIMIZERS } from '@tessera/core'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { averaged, l2Gradient } from './arithmetic.js'
import { numberOption } from './groupOption.js'
import { Optimizer, type UpdateRule } from './optimizer.js'
import type { ParamGroupInit } from './paramGroupInit.js'
import { pickSlots } from './pickSlots.js'
import { executionEntries, flag, notNegative, share } from './schemaParts.js'
import type { StepNumbers } from './stepNumbers.js'

const schema = v.strictObject({
  lr: v.optional(notNegative, 1),
  rho: v.optional(share, 0.9),
  eps: v.optional(notNegative, 1e-6),
  weight_decay: v.optional(notNegative, 0),
  maximize: flag(),
  ...executionEntries,
})

interface AdadeltaConfig extends ConfigOf<'Adadelta', typeof schema> {}
declare module '@tessera/core' {
  interface OptimizerTypes {
    Adadelta: AdadeltaConfig
  }
}

/** Zeiler, "ADADELTA: An Adaptive Learning Rate Method" (2012), as torch.optim.Adadelta. Weight decay is L2. */
@OPTIMIZERS.registerModule()
export class Adadelta extends Optimizer {
  static readonly schema = schema

  constructor(options: v.InferOutput<typeof schema>, groups: readonly ParamGroupInit[]) {
    super(options, groups, schema)
  }

  protected override slotNames(): readonly string[] {
    return ['square_avg', 'acc_delta']
  }

  protected override rule(numbers: StepNumbers): UpdateRule {
    const gradient = l2Gradient(numbers)
    const lr = numbers.number((group) => group.lr)
    const complement = numbers.number((group) => 1 - numberOption(group, 'rho'))
    const eps = numbers.number((group) => numberOption(group, 'eps'))
    return (param, grad, slots) => {
      const { square_avg, acc_delta } = pickSlots(slots, 'square_avg', 'acc_delta')
      const decayed = gradient(param, grad)
      const square = averaged(square_avg, tf.square(decayed), complement)
      const delta = tf.mul(tf.div(tf.sqrt(tf.add(acc_delta, eps())), tf.sqrt(tf.add(square, eps()))), decayed)
      return {
        param: tf.sub(param, tf.mul(delta, lr())),
        slots: { square_avg: square, acc_delta: averaged(acc_delta, tf.square(delta), complement) },
      }
    }
  }
}
