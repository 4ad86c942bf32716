import type { Builder } from '@tessera/core'
import type { tf } from '@tessera/runtime'
import { kaiming } from '../init/initializers.js'
import { TensorModule } from '../module/module.js'
import { zeros } from '../module/parameter.js'
import { type Activation, buildActivation } from './activation.js'
import { Conv2d, type Conv2dOptions, type Pair } from './conv2d.js'
import { buildNorm, type NormLayer, normName } from './normLayer.js'

export interface ConvModuleOptions extends Conv2dOptions {
  readonly inChannels: number
  readonly outChannels: number
  readonly kernelSize: Pair
  /** Default: no norm. */
  readonly normCfg?: object | null | undefined
  /** Default ReLU; null: none. */
  readonly actCfg?: object | null | undefined
  /** The activation comes before the norm. Default false. */
  readonly activateFirst?: boolean
}

/** Convolution, norm, activation, under mmcv's names: `conv`, `bn` (`ln`, `gn`), `activate`. A bias only where there is no norm. */
export class ConvModule extends TensorModule {
  readonly conv: Conv2d
  readonly norm: NormLayer | undefined
  private readonly activate: Activation | undefined
  private readonly activateFirst: boolean

  constructor(options: ConvModuleOptions, builder: Builder) {
    super()
    const { inChannels, outChannels, kernelSize, normCfg, actCfg = { type: 'ReLU' }, activateFirst = false, ...rest } = options
    this.activateFirst = activateFirst
    const bias = options.bias ?? !normCfg
    this.conv = this.registerModule('conv', new Conv2d(inChannels, outChannels, kernelSize, { ...rest, bias }))
    this.conv.weight.init = kaiming({ mode: 'fan_out', nonlinearity: 'relu', distribution: 'normal' })
    if (this.conv.bias !== undefined) this.conv.bias.init = zeros
    if (normCfg) {
      const norm = buildNorm(builder, normCfg, outChannels)
      this.norm = this.registerModule(normName(norm), norm)
    }
    if (actCfg) this.activate = this.registerModule('activate', buildActivation(builder, actCfg))
  }

  override forward(input: tf.Tensor): tf.Tensor {
    const convolved = this.conv.call(input)
    const layers = this.activateFirst ? [this.activate, this.norm] : [this.norm, this.activate]
    return layers.reduce((x, layer) => layer?.call(x) ?? x, convolved)
  }
}
