import { DefaultOptimWrapperConstructor } from './constructors/defaultOptimWrapperConstructor.js'
import { LearningRateDecayOptimWrapperConstructor } from './constructors/learningRateDecayOptimWrapperConstructor.js'
import { Adam } from './optimizers/adam.js'
import { AdamW } from './optimizers/adamW.js'
import { SGD } from './optimizers/sgd.js'
import { OptimWrapper } from './wrapper/optimWrapper.js'

/** Every component of this package; importing the list registers them. */
export const optimPlugin = [
  Adam,
  AdamW,
  DefaultOptimWrapperConstructor,
  LearningRateDecayOptimWrapperConstructor,
  OptimWrapper,
  SGD,
] as const
