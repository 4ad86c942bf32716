import { Caffe2XavierInit } from './init/caffe2XavierInit.js'
import { ConstantInit } from './init/constantInit.js'
import { KaimingInit } from './init/kaimingInit.js'
import { NormalInit } from './init/normalInit.js'
import { PretrainedInit } from './init/pretrainedInit.js'
import { TruncNormalInit } from './init/truncNormalInit.js'
import { UniformInit } from './init/uniformInit.js'
import { XavierInit } from './init/xavierInit.js'
import { GELU } from './layers/gelu.js'
import { Identity } from './layers/identity.js'
import { LayerNorm } from './layers/layerNorm.js'
import { ReLU } from './layers/relu.js'
import { Sigmoid } from './layers/sigmoid.js'
import { SiLU } from './layers/silu.js'
import { Tanh } from './layers/tanh.js'

/** Every registered component of this package. */
export const nnPlugin = [
  Caffe2XavierInit,
  ConstantInit,
  GELU,
  Identity,
  KaimingInit,
  LayerNorm,
  NormalInit,
  PretrainedInit,
  ReLU,
  Sigmoid,
  SiLU,
  Tanh,
  TruncNormalInit,
  UniformInit,
  XavierInit,
] as const
