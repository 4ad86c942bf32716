export { HeadFirstOptimWrapperConstructor } from './headFirstConstructor.js'
export { LossWatchHook } from './lossWatchHook.js'
