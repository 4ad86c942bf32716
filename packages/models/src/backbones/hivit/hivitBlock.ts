import {
  biasedAttention,
  constant,
  Dropout,
  DropPath,
  GELU,
  Linear,
  Module,
  type NormLayer,
  Parameter,
  splitHeads,
  truncNormal,
} from '@tessera/nn'
import { tf } from '@tessera/runtime'
import { biasOf, indexBuffer, relativePositionIndex } from '../../layers/relativePosition.js'
import { resizeBiasTable } from '../../layers/resizeBiasTable.js'

export interface HiViTBlockOptions {
  readonly dims: number
  /** 0: no attention, a feed-forward layer alone. */
  readonly numHeads: number
  readonly mlpRatio: number
  readonly qkvBias: boolean
  readonly qkScale: number | null | undefined
  readonly drop: number
  readonly attnDrop: number
  readonly dropPath: number
  /** Side of the patches' square, for a bias of each offset; undefined: none. */
  readonly side: number | undefined
  /** Above 0: layer scale that starts there. */
  readonly layerScale: number
  readonly makeNorm: (features: number) => NormLayer
}

class HiViTAttention extends Module {
  private readonly table: Parameter | undefined
  private readonly index: Int32Array
  private readonly qkv: Linear
  private readonly attnDrop: Dropout
  private readonly proj: Linear
  private readonly projDrop: Dropout

  constructor(private readonly options: HiViTBlockOptions) {
    super()
    const { dims, side, numHeads } = options
    this.index = relativePositionIndex(side ?? 0, side ?? 0)
    if (side !== undefined) {
      const reach = 2 * side - 1
      this.table = this.registerParameter(
        'relative_position_bias_table',
        new Parameter([reach * reach, numHeads], { init: truncNormal(0, 0.02) }),
      )
      this.table.adapt = (value) => resizeBiasTable(value, reach, reach, 0)
      this.registerBuffer('relative_position_index', indexBuffer(this.index))
    }
    this.qkv = this.registerModule('qkv', new Linear(dims, dims * 3, { bias: options.qkvBias }))
    this.attnDrop = this.registerModule('attn_drop', new Dropout(options.attnDrop))
    this.proj = this.registerModule('proj', new Linear(dims, dims))
    this.projDrop = this.registerModule('proj_drop', new Dropout(options.drop))
  }

  override forward(x: tf.Tensor): tf.Tensor {
    const { dims, numHeads } = this.options
    const [batch = 0, tokens = 0] = x.shape
    const [q, k, v] = splitHeads(this.qkv.call(x), numHeads)
    const scaled = tf.mul(q, this.options.qkScale || (dims / numHeads) ** -0.5)
    const bias = this.table === undefined ? undefined : biasOf(this.table.variable, this.index)
    const mask = this.attnDrop.mask([batch, numHeads, tokens, tokens])
    return this.projDrop.call(this.proj.call(biasedAttention(scaled, k, v, { bias, mask })))
  }
}

/** Linear, GELU, Linear, dropout: `fc1`, `fc2`. */
class Mlp extends Module {
  private readonly fc1: Linear
  private readonly act = new GELU()
  private readonly fc2: Linear
  private readonly drop: Dropout

  constructor(dims: number, hidden: number, drop: number) {
    super()
    this.fc1 = this.registerModule('fc1', new Linear(dims, hidden))
    this.registerModule('act', this.act)
    this.fc2 = this.registerModule('fc2', new Linear(hidden, dims))
    this.drop = this.registerModule('drop', new Dropout(drop))
  }

  override forward(x: tf.Tensor): tf.Tensor {
    return this.drop.call(this.fc2.call(this.act.call(this.fc1.call(x))))
  }
}

/** HiViT's block: a transformer's in the main stage, a feed-forward layer alone before it (Zhang et al. 2022, arXiv 2205.14949). */
export class HiViTBlock extends Module {
  private readonly gamma1: Parameter | undefined
  private readonly gamma2: Parameter | undefined
  private readonly norm1: NormLayer | undefined
  private readonly attn: HiViTAttention | undefined
  private readonly dropPath: DropPath
  private readonly norm2: NormLayer
  private readonly mlp: Mlp

  constructor(options: HiViTBlockOptions) {
    super()
    const { dims, layerScale, numHeads } = options
    const gamma = (name: string) => this.registerParameter(name, new Parameter([dims], { init: constant(layerScale) }))
    if (layerScale > 0 && numHeads > 0) this.gamma1 = gamma('gamma_1')
    if (layerScale > 0) this.gamma2 = gamma('gamma_2')
    if (numHeads > 0) {
      this.norm1 = this.registerModule('norm1', options.makeNorm(dims))
      this.attn = this.registerModule('attn', new HiViTAttention(options))
    }
    this.dropPath = this.registerModule('drop_path', new DropPath(options.dropPath))
    this.norm2 = this.registerModule('norm2', options.makeNorm(dims))
    this.mlp = this.registerModule('mlp', new Mlp(dims, Math.trunc(dims * options.mlpRatio), options.drop))
  }

  override forward(input: tf.Tensor): tf.Tensor {
    const x =
      this.attn === undefined || this.norm1 === undefined
        ? input
        : this.residual(input, this.attn.call(this.norm1.call(input)), this.gamma1)
    return this.residual(x, this.mlp.call(this.norm2.call(x)), this.gamma2)
  }

  private residual(x: tf.Tensor, branch: tf.Tensor, gamma: Parameter | undefined): tf.Tensor {
    return tf.add(x, this.dropPath.call(gamma === undefined ? branch : tf.mul(branch, gamma.variable)))
  }
}
