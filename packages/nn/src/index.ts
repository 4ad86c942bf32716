export { type Complexity, type ModuleCost, measureComplexity } from './analysis/complexity.js'
export { AveragedModel } from './averaging/averagedModel.js'
export { MomentumEncoder } from './averaging/momentumEncoder.js'
export { fanIn, fanOut } from './init/fan.js'
export { constant, defaultBias, defaultWeight, kaiming, normal, truncNormal, uniform, xavier } from './init/initializers.js'
export { type InitReport, initReport } from './init/initReport.js'
export { buildInitRules, initCfgSchema } from './init/initRules.js'
export { WeightInit } from './init/weightInit.js'
export { Activation, buildActivation } from './layers/activation.js'
export { type AdaptivePadding, adaptivePads, reachOf } from './layers/adaptivePadding.js'
export { BatchNorm2d } from './layers/batchNorm2d.js'
export { Conv2d, type Conv2dOptions, type Pair } from './layers/conv2d.js'
export { ConvModule, type ConvModuleOptions } from './layers/convModule.js'
export { isDepthwiseConv } from './layers/depthwise.js'
export { Dropout } from './layers/dropout.js'
export { DropPath } from './layers/dropPath.js'
export { FFN, type FFNOptions } from './layers/ffn.js'
export { GELU } from './layers/gelu.js'
export { GRN } from './layers/grn.js'
export { Identity } from './layers/identity.js'
export { LayerNorm } from './layers/layerNorm.js'
export { LayerNorm2d } from './layers/layerNorm2d.js'
export { LayerScale } from './layers/layerScale.js'
export { Linear, LinearAdapter, type LinearOptions } from './layers/linear.js'
export { ModuleList } from './layers/moduleList.js'
export { MultiheadAttention, type MultiheadAttentionOptions } from './layers/multiheadAttention.js'
export { buildNorm, isNormLayer, NormLayer, normName } from './layers/normLayer.js'
export { PatchEmbed, type PatchEmbedOptions, type PatchGrid, type PatchPadding } from './layers/patchEmbed.js'
export { AvgPool2d, MaxPool2d } from './layers/pool2d.js'
export { ReLU } from './layers/relu.js'
export { Sequential } from './layers/sequential.js'
export { Sigmoid } from './layers/sigmoid.js'
export { SiLU } from './layers/silu.js'
export { SwiGLUFFN, SwiGLUFFNFused, type SwiGLUFFNOptions } from './layers/swigluFfn.js'
export { Tanh } from './layers/tanh.js'
export { BaseDataPreprocessor, type TensorBatch } from './model/baseDataPreprocessor.js'
export { BaseModel, type HostTensor, type LogVars, type LossDict, parseLosses } from './model/baseModel.js'
export { buildOptimWrapper } from './model/buildOptimWrapper.js'
export type { OptimStateDict, OptimWrapperContract, ParamGroup } from './model/optimWrapperContract.js'
export { buildModule } from './module/buildModule.js'
export { changeResults, currentModulePath } from './module/callPath.js'
export { type Layout, memoryShape, toFile, toMemory } from './module/layout.js'
export { type InitRule, Module, TensorModule } from './module/module.js'
export { optionPath } from './module/optionPath.js'
export {
  Buffer,
  describedInit,
  type Initializer,
  ones,
  Parameter,
  type StateOptions,
  StateTensor,
  type StateValue,
  sizeOf,
  zeros,
} from './module/parameter.js'
export { type LoadOptions, type LoadReport, loadStateDict, type ShapeChange, type StateDict, stateDictOf } from './module/stateDict.js'
export { type ExportModelOptions, exportModel } from './onnx/exportModel.js'
export { biasedAttention, splitHeads } from './ops/biasedAttention.js'
export { type DifferentiableBody, differentiable, type Save } from './ops/differentiable.js'
export { gatherRows } from './ops/gatherRows.js'
export { layerNorm } from './ops/layerNorm.js'
export { linear } from './ops/linear.js'
export { oneHot } from './ops/oneHot.js'
export { slidingWindows } from './ops/slidingWindows.js'
export { stopGradient } from './ops/stopGradient.js'
export { nnPlugin } from './plugin.js'
export { type ConvertedWeights, type ConvertOptions, convertWeights } from './weights/convertWeights.js'
export type { WeightsReport } from './weights/describeLoad.js'
export { type Dtype, type TensorData, toFloat32, type WeightTensor } from './weights/dtype.js'
export { NAME_TABLES, recognizeNames, translateNames } from './weights/foreign/translateNames.js'
export {
  type LoadWeightsOptions,
  loadWeightFile,
  loadWeights,
  readStateDict,
} from './weights/loadWeights.js'
export { openWeightPlace } from './weights/openWeightPlace.js'
export { readPickledDict } from './weights/pickle/readPickledDict.js'
export type { NameRevision } from './weights/reviseNames.js'
export { readSafetensors, type SafetensorsContent, safetensorsParts, type WritableTensor, writeSafetensors } from './weights/safetensors.js'
export { readTorchTree, type TorchTree, TreeObject, TreeTensor } from './weights/torch/torchTree.js'
export type { WeightEntry, WeightFile } from './weights/weightFile.js'
export { writeWhole } from './weights/writeWhole.js'
