import { type ConfigOf, OPTIMIZERS } from '@tessera/core'
import type { ParamGroup } from '@tessera/nn'
import { stepScalar, tf } from '@tessera/runtime'
import * as v from 'valibot'
import { flagOption, numberOption } from './groupOption.js'
import { Optimizer, type UpdateRule } from './optimizer.js'
import type { ParamGroupInit } from './paramGroupInit.js'
import { notNegative } from './schemaParts.js'

const schema = v.pipe(
  v.strictObject({
    lr: notNegative,
    momentum: v.optional(notNegative, 0),
    dampening: v.optional(v.number(), 0),
    weight_decay: v.optional(notNegative, 0),
    nesterov: v.optional(v.boolean(), false),
    maximize: v.optional(v.boolean(), false),
  }),
  v.check(
    ({ nesterov, momentum, dampening }) => !nesterov || (momentum > 0 && dampening === 0),
    'Nesterov momentum requires a momentum and zero dampening',
  ),
)

interface SGDConfig extends ConfigOf<'SGD', typeof schema> {}
declare module '@tessera/core' {
  interface OptimizerTypes {
    SGD: SGDConfig
  }
}

/** Stochastic gradient descent as torch.optim.SGD: the first gradient fills the momentum buffer undamped; Nesterov's form of Sutskever et al. (2013). */
@OPTIMIZERS.registerModule()
export class SGD extends Optimizer {
  static readonly schema = schema

  constructor(options: v.InferOutput<typeof schema>, groups: readonly ParamGroupInit[]) {
    super(options, groups, schema)
  }

  protected override slotNames(group: ParamGroup): readonly string[] {
    return numberOption(group, 'momentum') === 0 ? [] : ['momentum_buffer']
  }

  protected override rule(group: ParamGroup, count: () => number): UpdateRule {
    const maximize = flagOption(group, 'maximize')
    const nesterov = flagOption(group, 'nesterov')
    const lr = stepScalar(() => group.lr)
    const option = (key: string) => (numberOption(group, key) === 0 ? undefined : this.sharedScalar(() => numberOption(group, key)))
    const decay = option('weight_decay')
    const momentum = option('momentum')
    // The buffer starts at zero, so a factor of one in the first step is PyTorch's "buffer = gradient".
    const entering = option('dampening') && this.sharedScalar(() => (count() === 1 ? 1 : 1 - numberOption(group, 'dampening')))
    return (param, grad, slots) => {
      const ascent = maximize ? tf.neg(grad) : grad
      const decayed = decay === undefined ? ascent : tf.add(ascent, tf.mul(param, decay))
      const buffer = slots['momentum_buffer']
      if (momentum === undefined || buffer === undefined) return { param: tf.sub(param, tf.mul(decayed, lr)), slots: {} }
      const next = tf.add(tf.mul(buffer, momentum), entering === undefined ? decayed : tf.mul(decayed, entering))
      const direction = nesterov ? tf.add(decayed, tf.mul(next, momentum)) : next
      return { param: tf.sub(param, tf.mul(direction, lr)), slots: { momentum_buffer: next } }
    }
  }
}
