import type { Builder } from '@tessera/core'
import { buildNorm, Module, ModuleList, type PatchGrid } from '@tessera/nn'
import type { tf } from '@tessera/runtime'
import { PatchMerging } from '../../layers/patchMerging.js'
import { layerCfg } from '../visionTransformer/tokenTransformer.js'
import type { SwinV2Options } from './options.js'
import { SwinBlockV2 } from './swinBlockV2.js'

type StageCfg = Exclude<SwinV2Options['stage_cfgs'], readonly unknown[]>

export interface SwinStageV2Options {
  readonly embedDims: number
  readonly depth: number
  readonly numHeads: number
  readonly windowSize: number
  readonly dropPaths: readonly number[]
  readonly downsample: boolean
  readonly padSmallMap: boolean
  readonly extraNormEvery: number
  readonly pretrainedWindowSize: number
  readonly own: StageCfg
}

/** A stage of Swin V2: what makes the map smaller comes first, then the blocks. */
export class SwinStageV2 extends Module {
  readonly outChannels: number
  private readonly downsample: PatchMerging | undefined
  private readonly blocks: ModuleList<SwinBlockV2>

  constructor(options: SwinStageV2Options, builder: Builder) {
    super()
    const { embedDims, depth, own, extraNormEvery } = options
    const { downsample_cfg: cfg = {} } = own
    this.outChannels = options.downsample ? 2 * embedDims : embedDims
    if (options.downsample) {
      const normCfg = cfg.norm_cfg === undefined ? { type: 'LN' } : cfg.norm_cfg
      const merging = new PatchMerging({
        inChannels: embedDims,
        outChannels: this.outChannels,
        kernelSize: cfg.kernel_size,
        stride: cfg.stride,
        padding: cfg.padding,
        bias: cfg.bias,
        makeNorm: normCfg === null ? undefined : (features) => buildNorm(builder, normCfg, features),
        registerReductionFirst: true,
        // A downsample_cfg of one's own takes the place of MMPreTrain's, post norm and all.
        postNorm: own.downsample_cfg === undefined ? true : (cfg.use_post_norm ?? false),
      })
      this.downsample = this.registerModule('downsample', merging)
    }
    const blocks = Array.from({ length: depth }, (_, i) => {
      const shared = {
        embedDims: this.outChannels,
        numHeads: options.numHeads,
        windowSize: own.window_size ?? options.windowSize,
        shift: i % 2 === 1,
        extraNorm: extraNormEvery > 0 && (i + 1) % extraNormEvery === 0,
        dropPath: options.dropPaths[i] ?? 0,
        padSmallMap: own.pad_small_map ?? options.padSmallMap,
        pretrainedWindowSize: own.pretrained_window_size ?? options.pretrainedWindowSize,
      }
      return new SwinBlockV2({ ...shared, own: layerCfg(own.block_cfgs ?? {}, i) }, builder)
    })
    this.blocks = this.registerModule('blocks', new ModuleList(blocks))
  }

  override forward(input: tf.Tensor, inputGrid: PatchGrid): { tokens: tf.Tensor; grid: PatchGrid } {
    const { tokens, grid } = this.downsample === undefined ? { tokens: input, grid: inputGrid } : this.downsample.call(input, inputGrid)
    let x = tokens
    for (const block of this.blocks) x = block.call(x, grid)
    return { tokens: x, grid }
  }
}
