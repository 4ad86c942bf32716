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

  /** @param x tokens [batch, rows · columns, channels] */
  override forward(x: tf.Tensor): tf.Tensor {
    const [batch = 0, tokens = 0, channels = 0] = x.shape
    const [rows, columns] = this.options.grid
    const map = tf.reshape(this.ln1.call(x), [batch, rows, columns, channels])
    const windows = this.attn.call(partition(map, this.windowSize))
    const attended = tf.reshape(unpartition(windows, this.windowSize, rows, columns), [batch, tokens, channels])
    const summed = tf.add(x, this.dropPath.call(attended))
    return this.ffn.call(this.ln2.call(summed), summed)
  }

  protected override adjustInit(): void {
    for (const [, module] of this.ffn.namedModules()) {
      if (!(module instanceof Linear)) continue
      module.weight.init = xavier(1, 'uniform')
      if (module.bias !== undefined) module.bias.init = normal(0, 1e-6)
    }
  }
}
