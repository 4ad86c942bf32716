import { TesseraError } from '@tessera/core'
import { tf } from '@tessera/runtime'
import { Module, type TensorModule } from '../module/module.js'
import { Dropout } from './dropout.js'
import { DropPath } from './dropPath.js'
import { LayerScale } from './layerScale.js'
import { Linear } from './linear.js'
import { Sequential } from './sequential.js'

export interface FFNOptions {
  readonly embedDims: number
  readonly feedforwardChannels: number
  /** Makes the activation between two layers. */
  readonly activation: () => TensorModule
  /** Linear layers, at least 2. Default 2. */
  readonly numFcs?: number
  /** Dropout after each Linear. Default 0. */
  readonly dropRate?: number
  /** Stochastic depth of the whole layer. Default 0. */
  readonly dropPath?: number
  /** Above 0, a LayerScale `gamma2` that starts at this value. Default 0: none. */
  readonly layerScaleInitValue?: number
}

/** A transformer's feed-forward layer with its shortcut, under mmcv's names: `layers.0.0`, `layers.1`, `gamma2`. */
export class FFN extends Module {
  private readonly layers: Sequential
  private readonly dropPath: DropPath
  private readonly gamma2: LayerScale | undefined

  constructor(options: FFNOptions) {
    super()
    const { embedDims, feedforwardChannels, numFcs = 2, dropRate = 0, layerScaleInitValue = 0 } = options
    if (numFcs < 2)
      throw new TesseraError('INVALID_OPTIONS', {
        what: 'a feed-forward layer has two Linears or more',
        got: numFcs,
        expected: 'num_fcs ≥ 2',
      })
    const hidden = Array.from({ length: numFcs - 1 }, (_, i) => {
      return new Sequential([
        new Linear(i === 0 ? embedDims : feedforwardChannels, feedforwardChannels),
        options.activation(),
        new Dropout(dropRate),
      ])
    })
    this.layers = this.registerModule(
      'layers',
      new Sequential([...hidden, new Linear(feedforwardChannels, embedDims), new Dropout(dropRate)]),
    )
    this.dropPath = this.registerModule('dropout_layer', new DropPath(options.dropPath ?? 0))
    if (layerScaleInitValue > 0) this.gamma2 = this.registerModule('gamma2', new LayerScale(embedDims, layerScaleInitValue))
  }

  /** @param identity what the output is added to; undefined: nothing */
  override forward(input: tf.Tensor, identity?: tf.Tensor): tf.Tensor {
    const output = this.layers.call(input)
    const branch = this.dropPath.call(this.gamma2 === undefined ? output : this.gamma2.call(output))
    return identity === undefined ? branch : tf.add(identity, branch)
  }
}
