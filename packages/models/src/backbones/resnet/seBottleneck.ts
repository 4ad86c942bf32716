import type { tf } from '@tessera/runtime'
import { SELayer } from '../../layers/seLayer.js'
import { Bottleneck, type GroupOptions } from './bottleneck.js'
import type { BlockOptions } from './residualBlock.js'

/** A bottleneck with squeeze and excitation behind its last norm (Hu et al. 2017, arXiv 1709.01507). The reference drops no such block. */
export class SEBottleneck extends Bottleneck {
  private readonly seLayer: SELayer

  constructor(options: BlockOptions, seRatio: number, groupOptions?: GroupOptions) {
    super(options, groupOptions, false)
    this.seLayer = this.registerModule('se_layer', new SELayer({ channels: options.outChannels, ratio: seRatio }, options.builder))
  }

  protected override branch(input: tf.Tensor): tf.Tensor {
    return this.seLayer.call(super.branch(input))
  }
}
