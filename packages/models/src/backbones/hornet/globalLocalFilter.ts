import { Conv2d, type Initializer, normal, Parameter, type PatchGrid, TensorModule } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import { spectralFilter } from '../../layers/spectralFilter.js'
import { PlainLayerNorm } from './plainLayerNorm.js'

const START: Initializer = normal(0, 0.02)

/** Half of the channels through a depthwise 3×3, the other half through a learnt filter of its spectrum (Rao et al. 2021, arXiv 2107.00645). */
export class GlobalLocalFilter extends TensorModule {
  private readonly half: number
  private readonly weight: Parameter
  private readonly dw: Conv2d
  private readonly preNorm: PlainLayerNorm
  private readonly postNorm: PlainLayerNorm

  /** @param grid the filter's rows and frequencies; it is resized to others */
  constructor(
    channels: number,
    private readonly grid: PatchGrid,
  ) {
    super()
    this.half = Math.floor(channels / 2)
    this.weight = this.registerParameter('complex_weight', new Parameter([this.half, ...grid, 2], { init: START }))
    this.dw = this.registerModule('dw', new Conv2d(this.half, this.half, 3, { padding: 1, bias: false, groups: this.half }))
    this.preNorm = this.registerModule('pre_norm', new PlainLayerNorm(channels))
    this.postNorm = this.registerModule('post_norm', new PlainLayerNorm(channels))
  }

  override forward(input: tf.Tensor): tf.Tensor {
    const [batch = 0, rows = 0, columns = 0, channels = 0] = input.shape
    const [local, global] = tf.split(this.preNorm.call(input), 2, 3) as [tf.Tensor, tf.Tensor4D]
    const filtered = spectralFilter(tf.transpose(global, [0, 3, 1, 2]), this.filterOf([rows, Math.floor(columns / 2) + 1]))
    const back = tf.transpose(filtered, [0, 2, 3, 1])
    const mixed = tf.reshape(tf.stack([this.dw.call(local), back], 4), [batch, rows, columns, channels])
    return this.postNorm.call(mixed)
  }

  private filterOf(wanted: PatchGrid): tf.Tensor {
    const weight = this.weight.variable
    if (wanted[0] === this.grid[0] && wanted[1] === this.grid[1]) return weight
    const [down, across] = [cornerWeights(this.grid[0], wanted[0]), cornerWeights(this.grid[1], wanted[1])]
    const byRow = tf.matMul(down, tf.reshape(tf.transpose(weight, [1, 0, 2, 3]), [this.grid[0], -1]))
    const rows = tf.transpose(tf.reshape(byRow, [wanted[0], this.half, this.grid[1], 2]), [2, 1, 0, 3])
    const byColumn = tf.matMul(across, tf.reshape(rows, [this.grid[1], -1]))
    return tf.transpose(tf.reshape(byColumn, [wanted[1], this.half, wanted[0], 2]), [1, 2, 0, 3])
  }
}

/** Linear interpolation that keeps the first and the last value (PyTorch's `align_corners`): [to, from]. */
function cornerWeights(from: number, to: number): tf.Tensor2D {
  const weights = new Float32Array(to * from)
  for (let i = 0; i < to; i++) {
    const place = to === 1 ? 0 : (i * (from - 1)) / (to - 1)
    const low = Math.min(Math.floor(place), from - 1)
    const share = place - low
    weights[i * from + low] = 1 - share
    if (share > 0) weights[i * from + low + 1] = share
  }
  return tf.tensor2d(weights, [to, from])
}
