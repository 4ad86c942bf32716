import { biasedAttention, Dropout, Linear, Module, type PatchGrid, splitHeads } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import { padToWindows, partition, unpartition } from '../swin/windows.js'
import type { TwinsAttentionOptions } from './globalAttention.js'

/** Attention within windows (Chu et al. 2021, arXiv 2104.13840). */
export class LocalAttention extends Module {
  private readonly qkv: Linear
  private readonly attnDrop: Dropout
  private readonly proj: Linear
  private readonly projDrop: Dropout

  constructor(
    private readonly options: TwinsAttentionOptions,
    private readonly window: number,
  ) {
    super()
    const { embedDims: dims } = options
    this.qkv = this.registerModule('qkv', new Linear(dims, 3 * dims, { bias: options.qkvBias }))
    this.attnDrop = this.registerModule('attn_drop', new Dropout(options.attnDrop))
    this.proj = this.registerModule('proj', new Linear(dims, dims))
    this.projDrop = this.registerModule('proj_drop', new Dropout(options.projDrop))
  }

  override forward(input: tf.Tensor, [rows, columns]: PatchGrid): tf.Tensor {
    const { numHeads: heads } = this.options
    const [batch = 0, tokens = 0, dims = 0] = input.shape
    const map = padToWindows(tf.reshape(input, [batch, rows, columns, dims]) as tf.Tensor4D, this.window)
    const [, height, width] = map.shape
    const [q, k, v] = splitHeads(this.qkv.call(partition(map, this.window)), heads)
    const places = this.window ** 2
    const bias = paddingBias([rows, columns], [height, width], this.window)
    const mask = this.attnDrop.mask([q.shape[0] ?? 0, heads, places, places])
    const attended = biasedAttention(tf.mul(q, (dims / heads) ** -0.5), k, v, { bias, mask })
    const whole = unpartition(attended as tf.Tensor3D, this.window, height, width)
    const cut = tf.reshape(tf.slice(whole, [0, 0, 0, 0], [batch, rows, columns, dims]), [batch, tokens, dims])
    return this.projDrop.call(this.proj.call(cut))
  }
}

/**
 * −1000 between places of the map and padding, [windows, 1, places, places]; undefined for none. As MMPreTrain's, it counts only where both
 * axes are padded: with one axis, its mask covers the whole map, and padding is attended to.
 */
function paddingBias([rows, columns]: PatchGrid, [height, width]: PatchGrid, window: number): tf.Tensor | undefined {
  if (rows === height || columns === width) return undefined
  const [down, across] = [height / window, width / window]
  const values: number[] = []
  for (let index = 0; index < down * across; index++) {
    const [top, left] = [Math.floor(index / across) * window, (index % across) * window]
    const isPadding = Array.from({ length: window ** 2 }, (_, place) => {
      return top + Math.floor(place / window) >= rows || left + (place % window) >= columns
    })
    for (const q of isPadding) for (const k of isPadding) values.push(q === k ? 0 : -1000)
  }
  return tf.tensor4d(values, [down * across, 1, window ** 2, window ** 2])
}
