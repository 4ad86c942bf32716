import { biasedAttention, Dropout, Linear, Module, Parameter, splitHeads, truncNormal } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import { biasOf, indexBuffer, relativePositionIndex } from '../../layers/relativePosition.js'
import { resizeBiasTable } from '../../layers/resizeBiasTable.js'

export interface WindowAttentionOptions {
  readonly embedDims: number
  readonly numHeads: number
  readonly windowSize: readonly [number, number]
  /** Default true. */
  readonly qkvBias?: boolean | undefined
  /** Queries are multiplied by this; default 1/√(channels per head). */
  readonly qkScale?: number | null | undefined
  readonly attnDrop?: number | undefined
  readonly projDrop?: number | undefined
}

/** Attention within windows, with a learnt bias for each offset (Liu et al. 2021, arXiv 2103.14030). */
export class WindowAttention extends Module {
  private readonly scale: number
  private readonly index: Int32Array
  private readonly table: Parameter
  private readonly qkv: Linear
  private readonly attnDrop: Dropout
  private readonly proj: Linear
  private readonly projDrop: Dropout

  constructor(private readonly options: WindowAttentionOptions) {
    super()
    const { embedDims, numHeads, windowSize, qkvBias = true } = options
    const [height, width] = windowSize
    this.scale = options.qkScale || (embedDims / numHeads) ** -0.5
    this.index = relativePositionIndex(height, width)
    this.table = this.registerParameter(
      'relative_position_bias_table',
      new Parameter([(2 * height - 1) * (2 * width - 1), numHeads], { init: truncNormal(0, 0.02) }),
    )
    this.table.adapt = (value) => resizeBiasTable(value, 2 * height - 1, 2 * width - 1, 0)
    this.registerBuffer('relative_position_index', indexBuffer(this.index))
    this.qkv = this.registerModule('qkv', new Linear(embedDims, embedDims * 3, { bias: qkvBias }))
    this.attnDrop = this.registerModule('attn_drop', new Dropout(options.attnDrop ?? 0))
    this.proj = this.registerModule('proj', new Linear(embedDims, embedDims))
    this.projDrop = this.registerModule('proj_drop', new Dropout(options.projDrop ?? 0))
  }

  /**
   * @param windows [batch · windows, places, channels]
   * @param mask added to the scores, [windows, 1, places, places]; default none
   */
  override forward(windows: tf.Tensor, mask?: tf.Tensor): tf.Tensor {
    const { numHeads } = this.options
    const [count = 0, places = 0] = windows.shape
    const [q, k, v] = splitHeads(this.qkv.call(windows), numHeads)
    const offsets = biasOf(this.table.variable, this.index)
    const bias = mask === undefined ? offsets : tf.add(offsets, mask)
    const dropped = this.attnDrop.mask([count, numHeads, places, places])
    return this.projDrop.call(this.proj.call(biasedAttention(tf.mul(q, this.scale), k, v, { bias, mask: dropped })))
  }
}
