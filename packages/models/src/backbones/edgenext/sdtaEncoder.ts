import { Conv2d, constant, DropPath, GELU, LayerNorm, Linear, ModuleList, Parameter, TensorModule } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import { ChannelAttention } from '../../layers/channelAttention.js'
import { fourierPositions } from '../../layers/fourierPositions.js'

export interface SDTAEncoderOptions {
  readonly channels: number
  readonly dropPath: number
  readonly mlpRatio: number
  readonly positions: boolean
  readonly numHeads: number
  /** Into how many parts the channels are split. */
  readonly scales: number
}

const LAYER_SCALE = 1e-6

/** [1, rows, columns, channels] of what each place adds: `proj` of sines and cosines. */
export class FourierPositions extends TensorModule {
  private readonly proj: Conv2d

  constructor(channels: number) {
    super()
    this.proj = this.registerModule('proj', new Conv2d(64, channels, 1))
  }

  /** @param map only its size counts */
  override forward(map: tf.Tensor): tf.Tensor {
    return this.proj.call(fourierPositions([map.shape[1] ?? 0, map.shape[2] ?? 0]))
  }
}

/** Parts of the channels, each convolved together with the one before, then attention among channels and a feed-forward layer (arXiv 2206.10589). */
export class SDTAEncoder extends TensorModule {
  private readonly width: number
  private readonly gammas: readonly [Parameter, Parameter]
  private readonly convs: ModuleList<Conv2d>
  private readonly positions: FourierPositions | undefined
  private readonly normCsa: LayerNorm
  private readonly csa: ChannelAttention
  private readonly feedForward: readonly TensorModule[]
  private readonly dropPath: DropPath

  constructor({ channels, numHeads, scales, ...options }: SDTAEncoderOptions) {
    super()
    this.width = Math.ceil(channels / scales)
    const gamma = () => new Parameter([channels], { init: constant(LAYER_SCALE) })
    this.gammas = [this.registerParameter('gamma_csa', gamma()), this.registerParameter('gamma', gamma())]
    const depthwise = { padding: 1, groups: this.width }
    const convs = Array.from({ length: scales === 1 ? 1 : scales - 1 }, () => new Conv2d(this.width, this.width, 3, depthwise))
    this.convs = this.registerModule('conv_modules', new ModuleList(convs))
    if (options.positions) this.positions = this.registerModule('pos_embed', new FourierPositions(channels))
    this.normCsa = this.registerModule('norm_csa', new LayerNorm({}, channels))
    const attention = { embedDims: channels, numHeads, qkvBias: true, attnDrop: 0, projDrop: 0, scaleName: 'scale' }
    this.csa = this.registerModule('csa', new ChannelAttention(attention))
    const hidden = options.mlpRatio * channels
    this.feedForward = [
      this.registerModule<TensorModule>('norm', new LayerNorm({}, channels)),
      this.registerModule('pointwise_conv1', new Linear(channels, hidden)),
      this.registerModule('act', new GELU()),
      this.registerModule('pointwise_conv2', new Linear(hidden, channels)),
    ]
    this.dropPath = this.registerModule('drop_path', new DropPath(options.dropPath))
  }

  override forward(input: tf.Tensor): tf.Tensor {
    const [batch = 0, rows = 0, columns = 0, channels = 0] = input.shape
    const mixed = this.mixParts(input)
    const placed = this.positions === undefined ? mixed : tf.add(mixed, this.positions.call(mixed))
    const [gammaCsa, gamma] = this.gammas
    const tokens = tf.reshape(placed, [batch, rows * columns, channels])
    const attended = tf.mul(gammaCsa.variable, this.csa.call(this.normCsa.call(tokens)))
    const x = tf.reshape(tf.add(tokens, this.dropPath.call(attended)), input.shape)
    const output = this.feedForward.reduce((y: tf.Tensor, layer) => layer.call(y), x)
    return tf.add(input, this.dropPath.call(tf.mul(gamma.variable, output)))
  }

  /** The last part stays as it is. */
  private mixParts(input: tf.Tensor): tf.Tensor {
    const channels = input.shape[3] ?? 0
    const count = Math.ceil(channels / this.width)
    const sizes = Array.from({ length: count }, (_, i) => Math.min(this.width, channels - i * this.width))
    const parts = tf.split(input, sizes, 3)
    const outputs: tf.Tensor[] = []
    for (const [i, conv] of [...this.convs].entries()) {
      const part = parts[i] as tf.Tensor
      const before = outputs.at(-1)
      outputs.push(conv.call(before === undefined ? part : tf.add(before, part)))
    }
    return tf.concat([...outputs, ...parts.slice(this.convs.length, this.convs.length + 1)], 3)
  }
}
