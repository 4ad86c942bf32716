import type { Builder } from '@tessera/core'
import { buildNorm, Module, ModuleList } from '@tessera/nn'
import type { tf } from '@tessera/runtime'
import { PatchMerging } from '../../layers/patchMerging.js'
import { MixMIMBlock, type MixMIMBlockOptions } from './mixmimBlock.js'

/** Blocks of one resolution, and by choice what makes the map smaller behind them. */
export class MixMIMStage extends Module {
  private readonly blocks: ModuleList<MixMIMBlock>
  private readonly downsample: PatchMerging | undefined
  private readonly grid: readonly [number, number]

  constructor(options: Omit<MixMIMBlockOptions, 'dropPath'>, dropPaths: readonly number[], downsamples: boolean, builder: Builder) {
    super()
    const { embedDims, normCfg } = options
    this.grid = options.grid
    const blocks = dropPaths.map((dropPath) => new MixMIMBlock({ ...options, dropPath }, builder))
    this.blocks = this.registerModule('blocks', new ModuleList(blocks))
    const makeNorm = (features: number) => buildNorm(builder, normCfg, features)
    if (!downsamples) return
    this.downsample = this.registerModule('downsample', new PatchMerging({ inChannels: embedDims, outChannels: 2 * embedDims, makeNorm }))
  }

  /** @param mask 1 for tokens of the one kind, 0 for the other, [1, rows · columns, 1]: attention stays among its kind */
  override forward(input: tf.Tensor, mask?: tf.Tensor): tf.Tensor {
    let x = input
    for (const block of this.blocks) x = block.call(x, mask)
    return this.downsample === undefined ? x : this.downsample.call(x, this.grid).tokens
  }
}
