import type { Module } from '@tessera/nn'

/** Whether the module or a class it extends is one of PyTorch's normalizations, by name. */
export function isNormLayer(module: Module): boolean {
  for (let current: unknown = module.constructor; typeof current === 'function'; current = Object.getPrototypeOf(current)) {
    if (/^(SyncBatchNorm|BatchNorm|InstanceNorm|GroupNorm|LayerNorm)/.test(current.name)) return true
  }
  return false
}

/** Whether the module is a 2-d convolution with as many groups as input channels. */
export function isDepthwiseConv(module: Module): boolean {
  return 'groups' in module && 'inChannels' in module && typeof module.groups === 'number' && module.groups === module.inChannels
}
