import type { Builder } from '@tessera/core'
import { buildNorm, Conv2d, Sequential } from '@tessera/nn'
import { BasicBlock } from './basicBlock.js'
import { Bottleneck } from './bottleneck.js'
import type { BlockOptions } from './residualBlock.js'

export interface ResidualStageOptions {
  readonly kind: 'BASIC' | 'BOTTLENECK'
  readonly blocks: number
  readonly inChannels: number
  readonly outChannels: number
  readonly normCfg: object
  /** Start each block's last norm at zero. */
  readonly zeroInit: boolean
}

/** How much wider a block's output is than its inside. */
export const EXPANSIONS = { BASIC: 1, BOTTLENECK: 4 } as const

/** Residual blocks that keep the map's size; the first changes its width where it has to. */
export function residualStage(
  { kind, blocks, inChannels, outChannels, normCfg, zeroInit }: ResidualStageOptions,
  builder: Builder,
): Sequential {
  const layers = Array.from({ length: blocks }, (_, index) => {
    const from = index === 0 ? inChannels : outChannels
    const changes = from !== outChannels
    const options: BlockOptions = {
      inChannels: from,
      outChannels,
      expansion: EXPANSIONS[kind],
      stride: 1,
      dilation: 1,
      style: 'pytorch',
      dropPath: 0,
      normCfg,
      downsample: changes
        ? new Sequential([new Conv2d(from, outChannels, 1, { bias: false }), buildNorm(builder, normCfg, outChannels)])
        : undefined,
      zeroInit,
      builder,
    }
    return kind === 'BASIC' ? new BasicBlock(options) : new Bottleneck(options)
  })
  return new Sequential(layers)
}
