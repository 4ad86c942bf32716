import type { Builder } from '@tessera/core'
import { Linear, Module, type PatchGrid, slidingWindows } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import { T2TLayer, type T2TLayerOptions } from './t2tLayer.js'

/** Overlapping windows of a map as tokens, thrice, with attention between (Yuan et al. 2021, arXiv 2101.11986). */
export class T2TModule extends Module {
  private readonly attentions: readonly T2TLayer[]
  private readonly project: Linear

  constructor(inChannels: number, embedDims: number, tokenDims: number, scaling: T2TLayerOptions['qk_scaling'], builder: Builder) {
    super()
    const shared = { embed_dims: tokenDims, num_heads: 1, feedforward_channels: tokenDims, norm_cfg: { type: 'LN' }, qk_scaling: scaling }
    this.attentions = [inChannels * 49, tokenDims * 9].map((input_dims, i) =>
      this.registerModule(`attention${i + 1}`, new T2TLayer({ ...shared, input_dims }, builder)),
    )
    this.project = this.registerModule('project', new Linear(tokenDims * 9, embedDims))
  }

  override forward(images: tf.Tensor4D): { tokens: tf.Tensor3D; grid: PatchGrid } {
    let windows = windowsOf(images, 7, 4, 2)
    for (const attention of this.attentions) {
      const [batch, rows, columns, dims] = windows.shape
      const attended = attention.call(tf.reshape(windows, [batch, rows * columns, dims]))
      windows = windowsOf(tf.reshape(attended, [batch, rows, columns, -1]), 3, 2, 1)
    }
    const [batch, rows, columns, dims] = windows.shape
    return { tokens: this.project.call(tf.reshape(windows, [batch, rows * columns, dims])) as tf.Tensor3D, grid: [rows, columns] }
  }
}

/** PyTorch's Unfold: [batch, rows, columns, channels · kernel²]. */
function windowsOf(map: tf.Tensor4D, kernel: number, stride: number, padding: number): tf.Tensor4D {
  const zeros: [number, number] = [padding, padding]
  return slidingWindows(tf.pad(map, [[0, 0], zeros, zeros, [0, 0]]), { kernel: [kernel, kernel], strides: [stride, stride] })
}
