import type { ParamGroup } from '@tessera/nn'
import { stepScalar } from '@tessera/runtime'
import type { AdamScalars } from './adamRule.js'
import { adamEpsilon, adamStepSize } from './adamRule.js'
import { betasOption, flagOption, numberOption } from './groupOption.js'
import { Optimizer } from './optimizer.js'

/** What Adam and AdamW have in common: slots and scalars. They differ in where weight decay goes. */
export abstract class AdamFamily extends Optimizer {
  protected override slotNames(group: ParamGroup): readonly string[] {
    return flagOption(group, 'amsgrad') ? ['exp_avg', 'exp_avg_sq', 'max_exp_avg_sq'] : ['exp_avg', 'exp_avg_sq']
  }

  protected adamScalars(group: ParamGroup, count: () => number): AdamScalars {
    return {
      beta1Complement: this.sharedScalar(() => 1 - betasOption(group)[0]),
      beta2Complement: this.sharedScalar(() => 1 - betasOption(group)[1]),
      epsilon: this.sharedScalar(() => adamEpsilon(numberOption(group, 'eps'), betasOption(group)[1], count())),
      stepSize: stepScalar(() => adamStepSize(group.lr, ...betasOption(group), count())),
    }
  }
}
