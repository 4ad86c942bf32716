import { CosineEMA } from './averaging/cosineEma.js'
import { ExponentialMovingAverage } from './averaging/exponentialMovingAverage.js'
import { MomentumAnnealingEMA } from './averaging/momentumAnnealingEma.js'
import { StochasticWeightAverage } from './averaging/stochasticWeightAverage.js'
import { Caffe2XavierInit } from './init/caffe2XavierInit.js'
import { ConstantInit } from './init/constantInit.js'
import { KaimingInit } from './init/kaimingInit.js'
import { NormalInit } from './init/normalInit.js'
import { PretrainedInit } from './init/pretrainedInit.js'
import { TruncNormalInit } from './init/truncNormalInit.js'
import { UniformInit } from './init/uniformInit.js'
import { XavierInit } from './init/xavierInit.js'
import { BatchNorm2d } from './layers/batchNorm2d.js'
import { GELU } from './layers/gelu.js'
import { GroupNorm } from './layers/groupNorm.js'
import { HSigmoid } from './layers/hsigmoid.js'
import { HSwish } from './layers/hswish.js'
import { Identity } from './layers/identity.js'
import { LayerNorm } from './layers/layerNorm.js'
import { LayerNorm2d } from './layers/layerNorm2d.js'
import { LeakyReLU } from './layers/leakyRelu.js'
import { ReLU } from './layers/relu.js'
import { ReLU6 } from './layers/relu6.js'
import { Sigmoid } from './layers/sigmoid.js'
import { SiLU } from './layers/silu.js'
import { Tanh } from './layers/tanh.js'

/** Every registered component of this package. */
export const nnPlugin = [
  BatchNorm2d,
  GroupNorm,
  LayerNorm2d,
  HSwish,
  HSigmoid,
  ReLU6,
  LeakyReLU,
  Caffe2XavierInit,
  ConstantInit,
  CosineEMA,
  ExponentialMovingAverage,
  GELU,
  Identity,
  KaimingInit,
  LayerNorm,
  MomentumAnnealingEMA,
  NormalInit,
  PretrainedInit,
  ReLU,
  Sigmoid,
  SiLU,
  StochasticWeightAverage,
  Tanh,
  TruncNormalInit,
  UniformInit,
  XavierInit,
] as const
