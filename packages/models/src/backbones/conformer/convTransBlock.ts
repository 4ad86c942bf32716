import type { Builder } from '@tessera/core'
import { AvgPool2d, BatchNorm2d, Conv2d, LayerNorm, Module } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import { repeatPlaces } from '../../layers/resizeMap.js'
import type { TransformerEncoderLayer } from '../visionTransformer/transformerEncoderLayer.js'
import { ConvBlock } from './convBlock.js'

export interface ConvTransBlockOptions {
  readonly inChannels: number
  readonly outChannels: number
  readonly embedDims: number
  readonly stride: 1 | 2
  readonly residualConv: boolean
  /** Places of the map that one patch covers, along each axis. */
  readonly downStride: number
  readonly withToken: boolean
  readonly dropPath: number
  /** The last block halves the map. */
  readonly isLast: boolean
}

/** From the map to tokens: means of as many places as a patch covers. */
class FCUDown extends Module {
  private readonly project: Conv2d
  private readonly pool: AvgPool2d
  private readonly ln: LayerNorm

  constructor(
    from: number,
    to: number,
    stride: number,
    private readonly withToken: boolean,
  ) {
    super()
    this.project = this.registerModule('conv_project', new Conv2d(from, to, 1))
    this.pool = this.registerModule('sample_pooling', new AvgPool2d({ kernelSize: stride, stride }))
    this.ln = this.registerModule('ln', new LayerNorm({ eps: 1e-6 }, to))
  }

  /** @param tokens of whom the class token, where there is one, stays as it is */
  override forward(map: tf.Tensor, tokens: tf.Tensor3D, act: (x: tf.Tensor) => tf.Tensor): tf.Tensor3D {
    const pooled = this.pool.call(this.project.call(map))
    const [batch = 0, rows = 0, columns = 0, dims = 0] = pooled.shape
    const patches = act(this.ln.call(tf.reshape(pooled, [batch, rows * columns, dims]))) as tf.Tensor3D
    return this.withToken ? tf.concat([tf.slice(tokens, [0, 0, 0], [batch, 1, dims]), patches], 1) : patches
  }
}

/** From tokens to the map: each patch's features at all places that it covers. */
class FCUUp extends Module {
  private readonly project: Conv2d
  private readonly bn: BatchNorm2d

  constructor(
    from: number,
    to: number,
    private readonly stride: number,
    private readonly withToken: boolean,
  ) {
    super()
    this.project = this.registerModule('conv_project', new Conv2d(from, to, 1))
    this.bn = this.registerModule('bn', new BatchNorm2d({ eps: 1e-6 }, to))
  }

  override forward(tokens: tf.Tensor3D, rows: number, columns: number): tf.Tensor {
    const [batch, count, dims] = tokens.shape
    const patches = this.withToken ? tf.slice(tokens, [0, 1, 0], [batch, count - 1, dims]) : tokens
    return repeatPlaces(tf.relu(this.bn.call(this.project.call(tf.reshape(patches, [batch, rows, columns, dims])))), this.stride)
  }
}

/** A convolution block and a transformer block that tell each other what they find (Peng et al. 2021, arXiv 2105.03889). */
export class ConvTransBlock extends Module {
  private readonly cnnBlock: ConvBlock
  private readonly fusionBlock: ConvBlock
  private readonly squeeze: FCUDown
  private readonly expand: FCUUp
  private readonly transBlock: TransformerEncoderLayer

  constructor(
    private readonly options: ConvTransBlockOptions,
    transBlock: TransformerEncoderLayer,
    private readonly act: (x: tf.Tensor) => tf.Tensor,
    builder: Builder,
  ) {
    super()
    const { inChannels, outChannels, embedDims, downStride, withToken, stride, residualConv, dropPath, isLast } = options
    this.cnnBlock = this.registerModule('cnn_block', new ConvBlock({ inChannels, outChannels, stride, residualConv }, builder))
    const fusion = { inChannels: outChannels, outChannels, dropPath, stride: isLast ? (2 as const) : (1 as const), residualConv: isLast }
    this.fusionBlock = this.registerModule('fusion_block', new ConvBlock(fusion, builder))
    const mid = Math.floor(outChannels / 4)
    this.squeeze = this.registerModule('squeeze_block', new FCUDown(mid, embedDims, downStride, withToken))
    this.expand = this.registerModule('expand_block', new FCUUp(embedDims, mid, downStride, withToken))
    this.transBlock = this.registerModule('trans_block', transBlock)
  }

  override forward(map: tf.Tensor, tokens: tf.Tensor3D): { map: tf.Tensor; tokens: tf.Tensor3D } {
    const { output, middle } = this.cnnBlock.call(map)
    const [, height = 0, width = 0] = middle.shape
    const { downStride } = this.options
    const after = this.transBlock.call(tf.add(this.squeeze.call(middle, tokens, this.act), tokens))
    const features = this.expand.call(after, Math.floor(height / downStride), Math.floor(width / downStride))
    return { map: this.fusionBlock.call(output, features).output, tokens: after }
  }
}
