import { DefaultOptimWrapperConstructor } from './constructors/defaultOptimWrapperConstructor.js'
import { LearningRateDecayOptimWrapperConstructor } from './constructors/learningRateDecayOptimWrapperConstructor.js'
import { MultiOptimWrapperConstructor } from './constructors/multiOptimWrapperConstructor.js'
import { Adadelta } from './optimizers/adadelta.js'
import { Adafactor } from './optimizers/adafactor.js'
import { Adagrad } from './optimizers/adagrad.js'
import { Adam } from './optimizers/adam.js'
import { Adamax } from './optimizers/adamax.js'
import { AdamW } from './optimizers/adamW.js'
import { Adan } from './optimizers/adan.js'
import { ASGD } from './optimizers/asgd.js'
import { Lamb } from './optimizers/lamb.js'
import { LARS } from './optimizers/lars.js'
import { Lion } from './optimizers/lion.js'
import { Muon } from './optimizers/muon.js'
import { NAdam } from './optimizers/nadam.js'
import { RAdam } from './optimizers/radam.js'
import { RMSprop } from './optimizers/rmsprop.js'
import { Rprop } from './optimizers/rprop.js'
import { SGD } from './optimizers/sgd.js'
import { ConstantLR, ConstantMomentum, ConstantParamScheduler } from './schedulers/constantParamScheduler.js'
import {
  CosineAnnealingLR,
  CosineAnnealingMomentum,
  CosineAnnealingParamScheduler,
  CosineAnnealingWeightDecay,
} from './schedulers/cosineAnnealingParamScheduler.js'
import { CosineRestartLR, CosineRestartMomentum, CosineRestartParamScheduler } from './schedulers/cosineRestartParamScheduler.js'
import { ExponentialLR, ExponentialMomentum, ExponentialParamScheduler } from './schedulers/exponentialParamScheduler.js'
import { LinearLR, LinearMomentum, LinearParamScheduler } from './schedulers/linearParamScheduler.js'
import { MultiStepLR, MultiStepMomentum, MultiStepParamScheduler } from './schedulers/multiStepParamScheduler.js'
import { OneCycleLR, OneCycleParamScheduler } from './schedulers/oneCycleParamScheduler.js'
import { PolyLR, PolyMomentum, PolyParamScheduler } from './schedulers/polyParamScheduler.js'
import { ReduceOnPlateauLR, ReduceOnPlateauMomentum, ReduceOnPlateauParamScheduler } from './schedulers/reduceOnPlateauParamScheduler.js'
import { StepLR, StepMomentum, StepParamScheduler } from './schedulers/stepParamScheduler.js'
import { AmpOptimWrapper } from './wrapper/ampOptimWrapper.js'
import { OptimWrapper } from './wrapper/optimWrapper.js'

/** Every component that this package registers. Importing it is what registers them. */
export const optimPlugin = [
  ASGD,
  Adadelta,
  Adafactor,
  Adagrad,
  Adam,
  AdamW,
  Adamax,
  Adan,
  AmpOptimWrapper,
  ConstantLR,
  ConstantMomentum,
  ConstantParamScheduler,
  CosineAnnealingLR,
  CosineAnnealingMomentum,
  CosineAnnealingParamScheduler,
  CosineAnnealingWeightDecay,
  CosineRestartLR,
  CosineRestartMomentum,
  CosineRestartParamScheduler,
  DefaultOptimWrapperConstructor,
  ExponentialLR,
  ExponentialMomentum,
  ExponentialParamScheduler,
  LARS,
  Lamb,
  LearningRateDecayOptimWrapperConstructor,
  LinearLR,
  LinearMomentum,
  LinearParamScheduler,
  Lion,
  MultiOptimWrapperConstructor,
  MultiStepLR,
  MultiStepMomentum,
  MultiStepParamScheduler,
  Muon,
  NAdam,
  OneCycleLR,
  OneCycleParamScheduler,
  OptimWrapper,
  PolyLR,
  PolyMomentum,
  PolyParamScheduler,
  RAdam,
  RMSprop,
  ReduceOnPlateauLR,
  ReduceOnPlateauMomentum,
  ReduceOnPlateauParamScheduler,
  Rprop,
  SGD,
  StepLR,
  StepMomentum,
  StepParamScheduler,
] as const
