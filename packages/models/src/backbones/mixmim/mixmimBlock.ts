import type { Builder } from '@tessera/core'
import { buildNorm, DropPath, FFN, GELU, Linear, Module, type NormLayer, normal, xavier } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import { WindowAttention } from '../swin/windowAttention.js'
import { partition, unpartition } from '../swin/windows.js'

export interface MixMIMBlockOptions {
  readonly embedDims: number
  readonly grid: readonly [number, number]
  readonly numHeads: number
  readonly windowSize: number
  readonly mlpRatio: number
  readonly qkvBias: boolean
  readonly drop: number
  readonly attnDrop: number
  readonly dropPath: number
  readonly normCfg: object
}

/** A transformer's block with attention in windows that are never shifted (Liu et al. 2022, arXiv 2205.13137). */
export class MixMIMBlock extends Module {
  private readonly windowSize: number
  private readonly ln1: NormLayer
  private readonly attn: WindowAttention
  private readonly ln2: NormLayer
  private readonly ffn: FFN
  private readonly dropPath: DropPath

  constructor(
    private readonly options: MixMIMBlockOptions,
    builder: Builder,
  ) {
    super()
    const { embedDims, numHeads, normCfg, dropPath, drop } = options
    this.windowSize = Math.min(options.windowSize, ...options.grid)
    this.ln1 = this.registerModule('ln1', buildNorm(builder, normCfg, embedDims))
    const attention = new WindowAttention({
      embedDims,
      numHeads,
      windowSize: [this.windowSize, this.windowSize],
      qkvBias: options.qkvBias,
      attnDrop: options.attnDrop,
      projDrop: drop,
    })
    this.attn = this.registerModule('attn', attention)
    this.ln2 = this.registerModule('ln2', buildNorm(builder, normCfg, embedDims))
    const feedforwardChannels = Math.trunc(options.mlpRatio * embedDims)
    const feedforward = new FFN({ embedDims, feedforwardChannels, activation: () => new GELU(), dropRate: drop, dropPath })
    this.ffn = this.registerModule('ffn', feedforward)
    this.dropPath = this.registerModule('drop_path', new DropPath(dropPath))
  }

  /** @param x tokens [batch, rows · columns, channels]; @param mask as the stage has it */
  override forward(x: tf.Tensor, mask?: tf.Tensor): tf.Tensor {
    const [batch = 0, tokens = 0, channels = 0] = x.shape
    const [rows, columns] = this.options.grid
    const map = tf.reshape(this.ln1.call(x), [batch, rows, columns, channels])
    const apart = mask === undefined ? undefined : this.keptApart(mask)
    const windows = this.attn.call(partition(map, this.windowSize), apart)
    const attended = tf.reshape(unpartition(windows, this.windowSize, rows, columns), [batch, tokens, channels])
    const summed = tf.add(x, this.dropPath.call(attended))
    return this.ffn.call(this.ln2.call(summed), summed)
  }

  /** −1e30 between tokens of different kinds, else 0: [windows, 1, places, places]. */
  private keptApart(mask: tf.Tensor): tf.Tensor {
    const [rows, columns] = this.options.grid
    const kinds = partition(tf.reshape(mask, [1, rows, columns, 1]), this.windowSize)
    const others = tf.sub(1, kinds)
    const alike = tf.add(tf.matMul(kinds, kinds, false, true), tf.matMul(others, others, false, true))
    return tf.expandDims(tf.mul(tf.sub(1, alike), -1e30), 1)
  }

  protected override adjustInit(): void {
    for (const [, module] of this.ffn.namedModules()) {
      if (!(module instanceof Linear)) continue
      module.weight.init = xavier(1, 'uniform')
      if (module.bias !== undefined) module.bias.init = normal(0, 1e-6)
    }
  }
}
