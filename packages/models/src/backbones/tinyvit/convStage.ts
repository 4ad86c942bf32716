import type { Builder } from '@tessera/core'
import { type Activation, buildActivation, DropPath, GELU, ModuleList, TensorModule, zeros } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import type { ConvNorm } from '../../layers/convNorm.js'
import { convBN } from './tinyVitBlock.js'

/** Widen, convolve each channel for itself, narrow, add, activate. Its last norm starts at zero. */
export class MBConvBlock extends TensorModule {
  private readonly act = new GELU()
  private readonly layers: readonly [ConvNorm, ConvNorm, ConvNorm]
  private readonly dropPath: DropPath

  constructor(channels: number, hidden: number, dropPath: number, builder: Builder) {
    super()
    const conv1 = this.registerModule('conv1', convBN(channels, hidden, 1, builder))
    this.registerModule('act', this.act)
    const conv2 = this.registerModule('conv2', convBN(hidden, hidden, 3, builder, 1, hidden))
    this.layers = [conv1, conv2, this.registerModule('conv3', convBN(hidden, channels, 1, builder))]
    this.dropPath = this.registerModule('drop_path', new DropPath(dropPath))
  }

  override forward(input: tf.Tensor): tf.Tensor {
    const [conv1, conv2, conv3] = this.layers
    const output = conv3.call(this.act.call(conv2.call(this.act.call(conv1.call(input)))))
    return this.act.call(tf.add(this.dropPath.call(output), input))
  }

  protected override adjustInit(): void {
    for (const [name, parameter] of this.layers[2].norm.ownNamedParameters()) if (name === 'weight') parameter.init = zeros
  }
}

/** Half the size, another width. */
export class PatchMerging extends TensorModule {
  private readonly act: Activation
  private readonly layers: readonly ConvNorm[]

  constructor(from: number, to: number, actCfg: object, builder: Builder) {
    super()
    this.act = this.registerModule('act', buildActivation(builder, actCfg))
    this.layers = [convBN(from, to, 1, builder), convBN(to, to, 3, builder, 2, to), convBN(to, to, 1, builder)].map((layer, i) =>
      this.registerModule(`conv${i + 1}`, layer),
    )
  }

  override forward(input: tf.Tensor): tf.Tensor {
    return this.layers.reduce((x, layer, i) => layer.call(i === 0 ? x : this.act.call(x)), input)
  }
}

/** Blocks of either kind, and what leads to the next stage. */
export class TinyVitStage extends TensorModule {
  private readonly blocks: ModuleList<TensorModule>
  private readonly downsample: PatchMerging | undefined

  constructor(blocks: readonly TensorModule[], downsample: PatchMerging | undefined) {
    super()
    this.blocks = this.registerModule('blocks', new ModuleList(blocks))
    if (downsample !== undefined) this.downsample = this.registerModule('downsample', downsample)
  }

  override forward(input: tf.Tensor): tf.Tensor {
    const x = [...this.blocks].reduce((map, block) => block.call(map), input)
    return this.downsample === undefined ? x : this.downsample.call(x)
  }
}
