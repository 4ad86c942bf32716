import type { Builder } from '@tessera/core'
import {
  type Activation,
  buildActivation,
  buildNorm,
  Conv2d,
  constant,
  Dropout,
  DropPath,
  type NormLayer,
  Parameter,
  TensorModule,
} from '@tessera/nn'
import { tf } from '@tessera/runtime'

export interface MetaFormerBlockOptions {
  readonly channels: number
  readonly mlpRatio: number
  readonly layerScale: number
  readonly dropRate: number
  readonly dropPath: number
  readonly normCfg: object
  readonly actCfg: object
}

/** Some mixing of places, and a feed-forward layer at each place, both with layer scale and a shortcut (Yu et al. 2021, arXiv 2111.11418). */
export class MetaFormerBlock extends TensorModule {
  private readonly scale1: Parameter
  private readonly scale2: Parameter
  private readonly mixer: readonly TensorModule[]
  private readonly norm2: NormLayer
  private readonly mlp: ChannelMlp
  private readonly dropPath: DropPath

  /** @param mixer what mixes the places, by name, one layer after the other */
  constructor(options: MetaFormerBlockOptions, mixer: ReadonlyMap<string, TensorModule>, builder: Builder) {
    super()
    const { channels, layerScale } = options
    const scale = () => new Parameter([channels], { init: constant(layerScale) })
    this.scale1 = this.registerParameter('layer_scale_1', scale())
    this.scale2 = this.registerParameter('layer_scale_2', scale())
    this.mixer = [...mixer].map(([name, layer]) => this.registerModule(name, layer))
    this.norm2 = this.registerModule('norm2', buildNorm(builder, options.normCfg, channels))
    const act = buildActivation(builder, options.actCfg)
    this.mlp = this.registerModule('mlp', new ChannelMlp(channels, Math.trunc(channels * options.mlpRatio), act, options.dropRate))
    this.dropPath = this.registerModule('drop_path', new DropPath(options.dropPath))
  }

  override forward(input: tf.Tensor): tf.Tensor {
    const mixed = this.mixer.reduce((x, layer) => layer.call(x), input)
    const x = tf.add(input, this.dropPath.call(tf.mul(mixed, this.scale1.variable)))
    return tf.add(x, this.dropPath.call(tf.mul(this.mlp.call(this.norm2.call(x)), this.scale2.variable)))
  }
}

/** Two 1×1 convolutions: `fc1`, `fc2`. */
class ChannelMlp extends TensorModule {
  private readonly fc1: Conv2d
  private readonly fc2: Conv2d
  private readonly drop: Dropout

  constructor(
    channels: number,
    hidden: number,
    private readonly act: Activation,
    dropRate: number,
  ) {
    super()
    this.fc1 = this.registerModule('fc1', new Conv2d(channels, hidden, 1))
    this.registerModule('act', act)
    this.fc2 = this.registerModule('fc2', new Conv2d(hidden, channels, 1))
    this.drop = this.registerModule('drop', new Dropout(dropRate))
  }

  override forward(input: tf.Tensor): tf.Tensor {
    return this.drop.call(this.fc2.call(this.drop.call(this.act.call(this.fc1.call(input)))))
  }
}
