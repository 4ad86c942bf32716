import type { Module } from '../module/module.js'
import { Conv2d } from './conv2d.js'

/** MMEngine's reading of "depthwise": as many groups as input channels, so also any convolution with a single input channel. */
export function isDepthwiseConv(module: Module): boolean {
  return module instanceof Conv2d && module.inChannels === module.groups
}
