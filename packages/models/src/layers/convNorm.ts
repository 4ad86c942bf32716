import type { Builder } from '@tessera/core'
import { buildNorm, Conv2d, type Conv2dOptions, type NormLayer, Sequential, type TensorModule } from '@tessera/nn'

/** A convolution without a bias and its norm, called `conv` and `norm` or otherwise. */
export class ConvNorm extends Sequential {
  readonly conv: Conv2d
  readonly norm: NormLayer

  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: number,
    options: Conv2dOptions & { readonly names?: readonly [conv: string, norm: string] },
    normCfg: object,
    builder: Builder,
  ) {
    const [convName, normName] = options.names ?? ['conv', 'norm']
    const norm = buildNorm(builder, normCfg, outChannels)
    const conv = new Conv2d(inChannels, outChannels, kernelSize, { ...options, bias: false })
    super(
      new Map<string, TensorModule>([
        [convName, conv],
        [normName, norm],
      ]),
    )
    this.conv = conv
    this.norm = norm
  }
}
