import type { ParamGroup } from '@tessera/nn'
import { type AdamNumbers, adamEpsilon, adamStepSize } from './adamRule.js'
import { betasOption, flagOption, numberOption } from './groupOption.js'
import { Optimizer } from './optimizer.js'
import type { StepNumbers } from './stepNumbers.js'

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
}
