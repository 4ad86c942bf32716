import type { Builder } from '@tessera/core'
import { buildNorm, ConvModule, ModuleList, type NormLayer, Sequential, TensorModule } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import { resizeMap } from '../../layers/resizeMap.js'
import { TransformerEncoderLayer } from '../visionTransformer/transformerEncoderLayer.js'

export interface MobileVitBlockOptions {
  readonly channels: number
  readonly transformerDim: number
  readonly ffnDim: number
  readonly blocks: number
}

const [NORM, ACT] = [{ type: 'BN' }, { type: 'Swish' }]
/** Side of a patch. Places at the same corner of their patches attend to one another. */
const PATCH = 2

/** Convolutions for what is near, a transformer for what is far, and a convolution of both (Mehta & Rastegari 2021, arXiv 2110.02178). */
export class MobileVitBlock extends TensorModule {
  private readonly localRep: Sequential
  private readonly layers: readonly TransformerEncoderLayer[]
  private readonly norm: NormLayer
  private readonly convProj: ConvModule
  private readonly convFusion: ConvModule

  constructor({ channels, transformerDim, ffnDim, blocks }: MobileVitBlockOptions, builder: Builder) {
    super()
    const conv = (inChannels: number, outChannels: number, kernelSize: number) =>
      new ConvModule({ inChannels, outChannels, kernelSize, padding: (kernelSize - 1) / 2, normCfg: NORM, actCfg: ACT }, builder)
    const plain = { inChannels: channels, outChannels: transformerDim, kernelSize: 1, bias: false, actCfg: null }
    this.localRep = this.registerModule('local_rep', new Sequential([conv(channels, channels, 3), new ConvModule(plain, builder)]))
    const normCfg = { type: 'LN' }
    this.layers = Array.from({ length: blocks }, () => {
      const sizes = { embed_dims: transformerDim, num_heads: 4, feedforward_channels: ffnDim }
      return new TransformerEncoderLayer({ ...sizes, act_cfg: { type: 'Swish' }, norm_cfg: normCfg }, builder)
    })
    this.norm = buildNorm(builder, normCfg, transformerDim)
    this.registerModule('global_rep', new ModuleList([...this.layers, this.norm]))
    this.convProj = this.registerModule('conv_proj', conv(transformerDim, channels, 1))
    this.convFusion = this.registerModule('conv_fusion', conv(2 * channels, channels, 3))
  }

  override forward(input: tf.Tensor): tf.Tensor {
    const local = this.localRep.call(input)
    const [, height = 0, width = 0] = local.shape
    const [rows, columns] = [Math.ceil(height / PATCH), Math.ceil(width / PATCH)]
    const whole = resizeMap(local, [rows * PATCH, columns * PATCH], 'bilinear')
    const global = resizeMap(this.attend(whole, rows, columns), [height, width], 'bilinear')
    return this.convFusion.call(tf.concat([input, this.convProj.call(global)], 3))
  }

  /** [batch, rows · PATCH, columns · PATCH, dims]. */
  private attend(map: tf.Tensor, rows: number, columns: number): tf.Tensor {
    const [batch = 0, , , dims = 0] = map.shape
    const cut = tf.transpose(tf.reshape(map, [batch, rows, PATCH, columns, PATCH, dims]), [0, 2, 4, 1, 3, 5])
    const tokens = tf.reshape(cut, [batch * PATCH * PATCH, rows * columns, dims]) as tf.Tensor3D
    const attended = this.norm.call(this.layers.reduce((x, layer) => layer.call(x), tokens))
    const laid = tf.reshape(attended, [batch, PATCH, PATCH, rows, columns, dims])
    return tf.reshape(tf.transpose(laid, [0, 3, 1, 4, 2, 5]), map.shape)
  }
}
