import type { ParamGroup } from '@tessera/nn'
import { stepInPlace, tf } from '@tessera/runtime'
import { type AdamNumbers, adamEpsilon, adamStepSize } from './adamRule.js'
import { betasOption, flagOption, numberOption } from './groupOption.js'
import { type InPlaceRule, Optimizer } from './optimizer.js'
import { pickSlots } from './pickSlots.js'
import type { StepNumber, StepNumbers } from './stepNumbers.js'

/** What Adam and AdamW have in common: slots and numbers. They differ in where weight decay goes. */
export abstract class AdamFamily extends Optimizer {
  protected override slotNames(group: ParamGroup): readonly string[] {
    return flagOption(group, 'amsgrad') ? ['exp_avg', 'exp_avg_sq', 'max_exp_avg_sq'] : ['exp_avg', 'exp_avg_sq']
  }

  protected adamNumbers(numbers: StepNumbers): AdamNumbers {
    return {
      beta1Complement: numbers.number((group) => 1 - betasOption(group)[0]),
      beta2Complement: numbers.number((group) => 1 - betasOption(group)[1]),
      epsilon: numbers.number((group, { step }) => adamEpsilon(numberOption(group, 'eps'), betasOption(group)[1], step)),
      stepSize: numbers.number((group, { step }) => adamStepSize(group.lr, ...betasOption(group), step)),
    }
  }

  /**
   * The update by TensorFlow's own op, from the gradient that `adamDelta` would take; undefined with AMSGrad. The op takes the betas as
   * float32 and works 1 − beta out of them; so do the bias corrections here, so that the rounding is the same everywhere and cancels in the
   * update. `exp_avg_sq` itself is off by up to 3e-5 of its value after the first steps, by nothing after many.
   * @param kept what the parameter is multiplied by before
   */
  protected applyAdam(numbers: StepNumbers, kept?: StepNumber): InPlaceRule | undefined {
    if (numbers.flag('amsgrad')) return undefined
    const beta1 = numbers.number((group) => roundedBetas(group)[0])
    const beta2 = numbers.number((group) => roundedBetas(group)[1])
    const epsilon = numbers.number((group, { step }) => adamEpsilon(numberOption(group, 'eps'), roundedBetas(group)[1], step))
    const stepSize = numbers.number((group, { step }) => adamStepSize(group.lr, ...roundedBetas(group), step))
    return (param, grad, slots) => {
      const { exp_avg, exp_avg_sq } = pickSlots(slots, 'exp_avg', 'exp_avg_sq')
      // Powers of the betas of zero: the bias corrections are in the step size and in epsilon.
      const zero = tf.scalar(0)
      stepInPlace({
        op: 'ResourceApplyAdam',
        variables: [param, exp_avg, exp_avg_sq],
        inputs: [zero, zero, stepSize(), beta1(), beta2(), epsilon(), grad],
        flags: { use_locking: false, use_nesterov: false },
        scale: kept?.(),
      })
    }
  }
}

function roundedBetas(group: ParamGroup): readonly [number, number] {
  const [beta1, beta2] = betasOption(group)
  return [Math.fround(beta1), Math.fround(beta2)]
}
