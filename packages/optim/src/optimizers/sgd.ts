import { type ConfigOf, OPTIMIZERS } from '@tessera/core'
import type { ParamGroup } from '@tessera/nn'
import { stepInPlace, tf } from '@tessera/runtime'
import * as v from 'valibot'
import { l2Gradient } from './arithmetic.js'
import { numberOption } from './groupOption.js'
import { type InPlaceRule, Optimizer, type UpdateRule } from './optimizer.js'
import type { ParamGroupInit } from './paramGroupInit.js'
import { executionEntries, notNegative } from './schemaParts.js'
import type { StepNumbers } from './stepNumbers.js'

const schema = v.pipe(
  v.strictObject({
    lr: notNegative,
    momentum: v.optional(notNegative, 0),
    dampening: v.optional(v.number(), 0),
    weight_decay: v.optional(notNegative, 0),
    nesterov: v.optional(v.boolean(), false),
    maximize: v.optional(v.boolean(), false),
    ...executionEntries,
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

  protected override rule(numbers: StepNumbers): UpdateRule {
    const gradient = l2Gradient(numbers)
    const nesterov = numbers.flag('nesterov')
    const lr = numbers.number((group) => group.lr)
    const momentum = numbers.nonZero((group) => numberOption(group, 'momentum'))
    const dampened = numbers.any((group) => numberOption(group, 'dampening'))
    // The buffer starts at zero, so a factor of one in the first step is PyTorch's "buffer = gradient".
    const entering = dampened ? numbers.number((group, { step }) => (step === 1 ? 1 : 1 - numberOption(group, 'dampening'))) : undefined
    return (param, grad, slots) => {
      const decayed = gradient(param, grad)
      const buffer = slots['momentum_buffer']
      if (momentum === undefined || buffer === undefined) return { param: tf.sub(param, tf.mul(decayed, lr())), slots: {} }
      const next = tf.add(tf.mul(buffer, momentum()), entering === undefined ? decayed : tf.mul(decayed, entering()))
      const direction = nesterov ? tf.add(decayed, tf.mul(next, momentum())) : next
      return { param: tf.sub(param, tf.mul(direction, lr())), slots: { momentum_buffer: next } }
    }
  }

  protected override inPlaceRule(numbers: StepNumbers): InPlaceRule | undefined {
    if (numbers.any((group) => numberOption(group, 'dampening'))) return undefined
    const gradient = l2Gradient(numbers)
    const use_nesterov = numbers.flag('nesterov')
    const lr = numbers.number((group) => group.lr)
    const momentum = numbers.nonZero((group) => numberOption(group, 'momentum'))
    return (param, grad, { momentum_buffer }) => {
      const decayed = gradient(param, grad)
      if (momentum === undefined || momentum_buffer === undefined) {
        stepInPlace({ op: 'ResourceApplyGradientDescent', variables: [param], inputs: [lr(), decayed], flags: { use_locking: false } })
        return
      }
      stepInPlace({
        op: 'ResourceApplyMomentum',
        variables: [param, momentum_buffer],
        inputs: [lr(), decayed, momentum()],
        flags: { use_locking: false, use_nesterov },
      })
    }
  }
}
