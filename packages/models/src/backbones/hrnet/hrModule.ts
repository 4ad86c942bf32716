import type { Builder } from '@tessera/core'
import { buildNorm, Conv2d, Identity, Module, ModuleList, ReLU, Sequential, TensorModule } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import { repeatPlaces } from '../../layers/resizeMap.js'
import { EXPANSIONS, residualStage } from '../resnet/residualStage.js'

export interface StageConfig {
  readonly num_modules: number
  readonly num_branches: number
  readonly block: 'BASIC' | 'BOTTLENECK'
  readonly num_blocks: readonly number[]
  readonly num_channels: readonly number[]
}

/** Makes a convolution with its norm, and a ReLU where it is wanted. */
export function convNormRelu(
  from: number,
  to: number,
  kernel: 1 | 3,
  stride: 1 | 2,
  relu: boolean,
  normCfg: object,
  builder: Builder,
): Sequential {
  const conv = new Conv2d(from, to, kernel, { stride, padding: (kernel - 1) / 2, bias: false })
  return new Sequential([conv, buildNorm(builder, normCfg, to), ...(relu ? [new ReLU()] : [])])
}

/** Width of each branch behind a stage. */
export function widthsOf({ num_channels: channels, block }: StageConfig): number[] {
  return channels.map((width) => width * EXPANSIONS[block])
}

/** Makes a map so many times as large. */
class Upsample extends TensorModule {
  constructor(private readonly times: number) {
    super()
  }

  override forward(input: tf.Tensor): tf.Tensor {
    return repeatPlaces(input, this.times)
  }
}

/** Branches of different resolution, each with blocks of its own, then each the sum of all (Sun et al. 2019, arXiv 1902.09212). */
export class HRModule extends Module {
  private readonly branches: ModuleList<Sequential>
  private readonly fuseLayers: readonly ModuleList<TensorModule>[]

  /** @param outputs how many branches come out: all, or the first alone */
  constructor(config: StageConfig, outputs: number, cfgs: { readonly normCfg: object; readonly zeroInit: boolean }, builder: Builder) {
    super()
    const { normCfg } = cfgs
    const widths = widthsOf(config)
    const branches = widths.map((width, i) => {
      const stage = { kind: config.block, blocks: config.num_blocks[i] ?? 1, inChannels: width, outChannels: width, ...cfgs }
      return residualStage(stage, builder)
    })
    this.branches = this.registerModule('branches', new ModuleList(branches))
    const layer = (to: number, from: number): TensorModule => {
      const [target = 0, source = 0] = [widths[to], widths[from]]
      if (from === to) return new Identity()
      if (from > to) {
        const conv = new Conv2d(source, target, 1, { bias: false })
        return new Sequential([conv, buildNorm(builder, normCfg, target), new Upsample(2 ** (from - to))])
      }
      const steps = to - from
      const halvings = Array.from({ length: steps }, (_, k) => {
        const isLast = k === steps - 1
        return convNormRelu(source, isLast ? target : source, 3, 2, !isLast, normCfg, builder)
      })
      return new Sequential(halvings)
    }
    this.fuseLayers = widths.slice(0, outputs).map((_, to) => new ModuleList(widths.map((_, from) => layer(to, from))))
    if (widths.length > 1) this.registerModule('fuse_layers', new ModuleList(this.fuseLayers))
  }

  /** @param maps [batch, height, width, channels] of each branch, each half the size of the one before */
  override forward(maps: readonly tf.Tensor[]): readonly tf.Tensor[] {
    const branches = [...this.branches].map((branch, i) => branch.call(maps[i] as tf.Tensor))
    if (branches.length === 1) return branches
    return this.fuseLayers.map((layers) => tf.relu(tf.addN([...layers].map((layer, from) => layer.call(branches[from] as tf.Tensor)))))
  }
}
