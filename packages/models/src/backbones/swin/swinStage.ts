import { type Builder, TesseraError } from '@tessera/core'
import { buildNorm, Module, ModuleList, type PatchGrid } from '@tessera/nn'
import type { tf } from '@tessera/runtime'
import { PatchMerging } from '../../layers/patchMerging.js'
import type { SwinStageCfg } from './options.js'
import { SwinBlock } from './swinBlock.js'

export interface SwinStageOptions {
  readonly embedDims: number
  readonly depth: number
  readonly numHeads: number
  readonly windowSize: number
  readonly dropPaths: readonly number[]
  readonly downsample: boolean
  readonly padSmallMap: boolean
  /** What the config says about this stage. */
  readonly own: SwinStageCfg
}

/** Blocks whose windows are shifted by turns, and what makes the map smaller behind them. */
export class SwinStage extends Module {
  readonly embedDims: number
  readonly outChannels: number
  readonly downsample: PatchMerging | undefined
  private readonly blocks: ModuleList<SwinBlock>

  constructor(options: SwinStageOptions, builder: Builder) {
    super()
    const { embedDims, depth, own } = options
    if (Array.isArray(own.block_cfgs) && own.block_cfgs.length !== depth) {
      throw new TesseraError('INVALID_OPTIONS', {
        what: 'a list of block_cfgs has one entry for each block',
        got: own.block_cfgs.length,
        expected: String(depth),
      })
    }
    const blocks = Array.from({ length: depth }, (_, i) => {
      const block = (Array.isArray(own.block_cfgs) ? own.block_cfgs[i] : own.block_cfgs) ?? {}
      const shared = {
        embedDims,
        numHeads: options.numHeads,
        windowSize: own.window_size ?? options.windowSize,
        shift: i % 2 === 1,
        dropPath: options.dropPaths[i] ?? 0,
        padSmallMap: own.pad_small_map ?? options.padSmallMap,
      }
      return new SwinBlock({ ...shared, own: block }, builder)
    })
    this.embedDims = embedDims
    this.blocks = this.registerModule('blocks', new ModuleList(blocks))
    const { downsample_cfg: cfg = {} } = own
    this.outChannels = options.downsample ? (cfg.out_channels ?? 2 * embedDims) : embedDims
    if (!options.downsample) return
    const normCfg = cfg.norm_cfg === undefined ? { type: 'LN' } : cfg.norm_cfg
    const merging = new PatchMerging({
      inChannels: embedDims,
      outChannels: this.outChannels,
      kernelSize: cfg.kernel_size,
      stride: cfg.stride,
      padding: cfg.padding,
      bias: cfg.bias,
      makeNorm: normCfg === null ? undefined : (features) => buildNorm(builder, normCfg, features),
    })
    this.downsample = this.registerModule('downsample', merging)
  }

  /** The blocks alone; `downsample` is run by whoever holds the stage. */
  override forward(x: tf.Tensor, grid: PatchGrid): tf.Tensor {
    let output = x
    for (const block of this.blocks) output = block.call(output, grid)
    return output
  }
}
