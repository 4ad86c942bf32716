import { DefaultOptimWrapperConstructor } from './constructors/defaultOptimWrapperConstructor.js'
import { LearningRateDecayOptimWrapperConstructor } from './constructors/learningRateDecayOptimWrapperConstructor.js'
import { Adam } from './optimizers/adam.js'
import { AdamW } from './optimizers/adamW.js'
import { SGD } from './optimizers/sgd.js'
import { ConstantLR, ConstantMomentum, ConstantParamScheduler } from './schedulers/constantParamScheduler.js'
import { CosineAnnealingLR, CosineAnnealingMomentum, CosineAnnealingParamScheduler } from './schedulers/cosineAnnealingParamScheduler.js'
import { LinearLR, LinearMomentum, LinearParamScheduler } from './schedulers/linearParamScheduler.js'
import { MultiStepLR, MultiStepMomentum, MultiStepParamScheduler } from './schedulers/multiStepParamScheduler.js'
import { OptimWrapper } from './wrapper/optimWrapper.js'

/** Every component that this package registers. Importing it is what registers them. */
export const optimPlugin = [
  Adam,
  AdamW,
  ConstantLR,
  ConstantMomentum,
  ConstantParamScheduler,
  CosineAnnealingLR,
  CosineAnnealingMomentum,
  CosineAnnealingParamScheduler,
  DefaultOptimWrapperConstructor,
  LearningRateDecayOptimWrapperConstructor,
  LinearLR,
  LinearMomentum,
  LinearParamScheduler,
  MultiStepLR,
  MultiStepMomentum,
  MultiStepParamScheduler,
  OptimWrapper,
  SGD,
] as const
