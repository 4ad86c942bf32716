export {
  type ConstructorOptions,
  DefaultOptimWrapperConstructor,
  dotted,
} from './constructors/defaultOptimWrapperConstructor.js'
export { type GetLayerDepth, LearningRateDecayOptimWrapperConstructor } from './constructors/learningRateDecayOptimWrapperConstructor.js'
export { type CustomSettings, type DefaultParamwise, defaultParamwiseEntries, paramwiseConfig } from './constructors/paramwiseConfig.js'
export { type WrapperConfig, wrapperConfigSchema } from './constructors/wrapperConfig.js'
export { Adam } from './optimizers/adam.js'
export { AdamW } from './optimizers/adamW.js'
export type { OptionsSchema } from './optimizers/fillGroups.js'
export { Optimizer, type Slots, type Update, type UpdateRule } from './optimizers/optimizer.js'
export type { ParamGroupInit } from './optimizers/paramGroupInit.js'
export { SGD } from './optimizers/sgd.js'
export { optimPlugin } from './plugin.js'
export { buildOptimWrapper } from './wrapper/buildOptimWrapper.js'
export { describeGroups, type GroupDescription } from './wrapper/describeGroups.js'
export { OptimWrapper } from './wrapper/optimWrapper.js'
