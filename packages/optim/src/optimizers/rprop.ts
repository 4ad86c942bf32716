import { type ConfigOf, OPTIMIZERS } from '@tessera/core'
import type { ParamGroup } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { pairOption } from './groupOption.js'
import { Optimizer, type UpdateRule } from './optimizer.js'
import type { ParamGroupInit } from './paramGroupInit.js'
import { pickSlots } from './pickSlots.js'
import { executionEntries, flag, notNegative } from './schemaParts.js'
import type { StepNumbers } from './stepNumbers.js'

const schema = v.strictObject({
  /** The first step's size, for every element. */
  lr: v.optional(notNegative, 1e-2),
  /** What a step size is multiplied by when the gradient changed its sign, and when it did not. */
  etas: v.optional(
    v.pipe(
      v.strictTuple([v.number(), v.number()]),
      v.check(([shrink, grow]) => shrink > 0 && shrink < 1 && grow > 1, 'Expected two factors with 0 < first < 1 < second'),
    ),
    [0.5, 1.2],
  ),
  /** Smallest and largest step size. */
  step_sizes: v.optional(v.strictTuple([v.number(), v.number()]), [1e-6, 50]),
  maximize: flag(),
  ...executionEntries,
})

interface RpropConfig extends ConfigOf<'Rprop', typeof schema> {}
declare module '@tessera/core' {
  interface OptimizerTypes {
    Rprop: RpropConfig
  }
}

/** Riedmiller & Braun, "A Direct Adaptive Method for Faster Backpropagation Learning" (1993), as torch.optim.Rprop. For whole-set gradients. */
@OPTIMIZERS.registerModule()
export class Rprop extends Optimizer {
  static readonly schema = schema

  constructor(options: v.InferOutput<typeof schema>, groups: readonly ParamGroupInit[]) {
    super(options, groups, schema)
  }

  protected override slotNames(): readonly string[] {
    return ['prev', 'step_size']
  }

  protected override slotStart(slot: string, group: ParamGroup): number {
    return slot === 'step_size' ? group.lr : 0
  }

  protected override rule(numbers: StepNumbers): UpdateRule {
    const maximize = numbers.flag('maximize')
    const shrink = numbers.number((group) => pairOption(group, 'etas')[0])
    const grow = numbers.number((group) => pairOption(group, 'etas')[1])
    const smallest = numbers.number((group) => pairOption(group, 'step_sizes')[0])
    const largest = numbers.number((group) => pairOption(group, 'step_sizes')[1])
    return (param, grad, slots) => {
      const { prev, step_size } = pickSlots(slots, 'prev', 'step_size')
      const ascent = maximize ? tf.neg(grad) : grad
      const turn = tf.sign(tf.mul(ascent, prev))
      const same = tf.relu(turn)
      const turned = tf.relu(tf.neg(turn))
      const factor = tf.addN([tf.mul(same, grow()), tf.mul(turned, shrink()), tf.sub(1, tf.abs(turn))])
      const size = tf.minimum(tf.maximum(tf.mul(step_size, factor), smallest()), largest())
      // Where the sign changed, the element rests for a step.
      const kept = tf.mul(ascent, tf.sub(1, turned))
      return { param: tf.sub(param, tf.mul(tf.sign(kept), size)), slots: { prev: kept, step_size: size } }
    }
  }
}
