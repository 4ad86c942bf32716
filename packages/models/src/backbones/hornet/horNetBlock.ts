import { Conv2d, DropPath, GELU, LayerScale, Linear, ModuleList, TensorModule } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import { GlobalLocalFilter } from './globalLocalFilter.js'
import { PlainLayerNorm } from './plainLayerNorm.js'

/** How far-reaching each order of interaction is: a depthwise convolution, or a filter of the spectrum too. */
export type ReachConfig = { type: 'DW'; kernel_size?: number | undefined } | { type: 'GF'; h?: number | undefined; w?: number | undefined }

export interface HorNetBlockOptions {
  readonly channels: number
  readonly order: number
  readonly reach: ReachConfig
  readonly scale: number
  readonly dropPath: number
  readonly layerScale: boolean
}

/** Gated convolutions, each order gating the one before, from few channels to all of them. */
class GnConv extends TensorModule {
  private readonly dims: readonly number[]
  private readonly projIn: Conv2d
  private readonly reach: TensorModule
  private readonly projOut: Conv2d
  private readonly projs: ModuleList<Conv2d>

  constructor(private readonly options: HorNetBlockOptions) {
    super()
    const { channels, order, reach } = options
    this.dims = Array.from({ length: order }, (_, i) => Math.floor(channels / 2 ** (order - 1 - i)))
    const all = this.dims.reduce((sum, one) => sum + one, 0)
    this.projIn = this.registerModule('proj_in', new Conv2d(channels, 2 * channels, 1))
    this.reach = this.registerModule('dwconv', makeReach(all, reach))
    this.projOut = this.registerModule('proj_out', new Conv2d(channels, channels, 1))
    const projs = this.dims.slice(1).map((to, i) => new Conv2d(this.dims[i] ?? 0, to, 1))
    this.projs = this.registerModule('projs', new ModuleList(projs))
  }

  override forward(input: tf.Tensor): tf.Tensor {
    const wide = this.projIn.call(input)
    const first = this.dims[0] ?? 0
    const [gate, rest] = tf.split(wide, [first, (wide.shape[3] ?? 0) - first], 3) as [tf.Tensor, tf.Tensor]
    const gates = tf.split(tf.mul(this.reach.call(rest), this.options.scale), [...this.dims], 3)
    let x = tf.mul(gate, gates[0] as tf.Tensor)
    for (const [i, proj] of [...this.projs].entries()) x = tf.mul(proj.call(x), gates[i + 1] as tf.Tensor)
    return this.projOut.call(x)
  }
}

function makeReach(channels: number, reach: ReachConfig): TensorModule {
  if (reach.type === 'GF') return new GlobalLocalFilter(channels, [reach.h ?? 14, reach.w ?? 8])
  const kernel = reach.kernel_size ?? 7
  return new Conv2d(channels, channels, kernel, { padding: Math.floor((kernel - 1) / 2), groups: channels })
}

/** Recursive gated convolution, and a feed-forward layer, with norm, layer scale and shortcut (Rao et al. 2022, arXiv 2207.14284). */
export class HorNetBlock extends TensorModule {
  private readonly mixing: readonly TensorModule[]
  private readonly feedForward: readonly TensorModule[]
  private readonly dropPath: DropPath

  constructor(options: HorNetBlockOptions) {
    super()
    const { channels, layerScale } = options
    const add = <T extends TensorModule>(name: string, module: T): T => this.registerModule(name, module)
    const mixing = [add('norm1', new PlainLayerNorm(channels)), add('gnconv', new GnConv(options))]
    const feedForward = [
      add('norm2', new PlainLayerNorm(channels)),
      add('pwconv1', new Linear(channels, 4 * channels)),
      add('act', new GELU()),
      add('pwconv2', new Linear(4 * channels, channels)),
    ]
    const scales = layerScale ? ['gamma1', 'gamma2'].map((name) => add(name, new LayerScale(channels, 1e-5))) : []
    this.mixing = [...mixing, ...scales.slice(0, 1)]
    this.feedForward = [...feedForward, ...scales.slice(1)]
    this.dropPath = add('drop_path', new DropPath(options.dropPath))
  }

  override forward(input: tf.Tensor): tf.Tensor {
    return [this.mixing, this.feedForward].reduce((x, layers) => {
      const branch = layers.reduce((y, layer) => layer.call(y), x)
      return tf.add(x, this.dropPath.call(branch))
    }, input)
  }
}
