import type { Builder } from '@tessera/core'
import {
  buildActivation,
  buildNorm,
  ConvModule,
  constant,
  DropPath,
  FFN,
  Module,
  type NormLayer,
  Parameter,
  type PatchGrid,
} from '@tessera/nn'
import { tf } from '@tessera/runtime'
import { ChannelAttention } from '../../layers/channelAttention.js'

export interface XCiTBlockOptions {
  readonly embedDims: number
  readonly numHeads: number
  readonly mlpRatio: number
  readonly qkvBias: boolean
  readonly dropRate: number
  readonly attnDrop: number
  readonly dropPath: number
  readonly layerScale: number
  readonly batchNormCfg: object
  readonly normCfg: object
  readonly actCfg: object
}

export function makeScale({ embedDims, layerScale }: XCiTBlockOptions): Parameter {
  return new Parameter([embedDims], { init: constant(layerScale) })
}

export function makeFeedForward(options: XCiTBlockOptions, builder: Builder): FFN {
  return new FFN({
    embedDims: options.embedDims,
    feedforwardChannels: Math.trunc(options.embedDims * options.mlpRatio),
    activation: () => buildActivation(builder, options.actCfg),
    dropRate: options.dropRate,
  })
}

/** Patches learn from their neighbours: two depthwise 3×3, with an activation and a batch norm between them. */
class LocalPatchInteraction extends Module {
  private readonly conv1: ConvModule
  private readonly conv2: ConvModule

  constructor({ embedDims, batchNormCfg, actCfg }: XCiTBlockOptions, builder: Builder) {
    super()
    const depthwise = { inChannels: embedDims, outChannels: embedDims, kernelSize: 3, padding: 1, groups: embedDims, bias: true }
    const cfgs = { normCfg: batchNormCfg, actCfg, activateFirst: true }
    this.conv1 = this.registerModule('conv1', new ConvModule({ ...depthwise, ...cfgs }, builder))
    this.conv2 = this.registerModule('conv2', new ConvModule({ ...depthwise, actCfg: null }, builder))
  }

  override forward(input: tf.Tensor, [rows, columns]: PatchGrid): tf.Tensor {
    const [batch = 0, , dims = 0] = input.shape
    const map = tf.reshape(input, [batch, rows, columns, dims])
    return tf.reshape(this.conv2.call(this.conv1.call(map)), input.shape)
  }
}

/** Attention among channels, exchange with the neighbours, and a feed-forward layer (El-Nouby et al. 2021, arXiv 2106.09681). */
export class XCABlock extends Module {
  private readonly gammas: readonly Parameter[]
  private readonly norms: readonly NormLayer[]
  private readonly attn: ChannelAttention
  private readonly dropPath: DropPath
  private readonly localMp: LocalPatchInteraction
  private readonly ffn: FFN

  constructor(options: XCiTBlockOptions, builder: Builder) {
    super()
    const norm = (name: string) => this.registerModule(name, buildNorm(builder, options.normCfg, options.embedDims))
    this.gammas = ['gamma1', 'gamma3', 'gamma2'].map((name) => this.registerParameter(name, makeScale(options)))
    const norm1 = norm('norm1')
    const attention = { ...options, projDrop: options.dropRate, scaleName: 'temperature' }
    this.attn = this.registerModule('attn', new ChannelAttention(attention))
    this.dropPath = this.registerModule('drop_path', new DropPath(options.dropPath))
    const norm3 = norm('norm3')
    this.localMp = this.registerModule('local_mp', new LocalPatchInteraction(options, builder))
    this.norms = [norm1, norm3, norm('norm2')]
    this.ffn = this.registerModule('ffn', makeFeedForward(options, builder))
  }

  override forward(input: tf.Tensor3D, grid: PatchGrid): tf.Tensor3D {
    const branches = [(x: tf.Tensor) => this.attn.call(x), (x: tf.Tensor) => this.localMp.call(x, grid), (x: tf.Tensor) => this.ffn.call(x)]
    return branches.reduce((x: tf.Tensor, branch, i) => {
      const [norm, gamma] = [this.norms[i] as NormLayer, this.gammas[i] as Parameter]
      return tf.add(x, this.dropPath.call(tf.mul(gamma.variable, branch(norm.call(x)))))
    }, input) as tf.Tensor3D
  }
}
