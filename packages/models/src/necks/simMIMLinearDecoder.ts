import { type ConfigOf, MODELS } from '@tessera/core'
import { Conv2d, Module, Sequential } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'

const count = v.pipe(v.number(), v.integer(), v.minValue(1))

const schema = v.strictObject({
  in_channels: count,
  /** Pixels a side that one place of the map stands for. */
  encoder_stride: count,
})

interface SimMIMLinearDecoderConfig extends ConfigOf<'SimMIMLinearDecoder', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    SimMIMLinearDecoder: SimMIMLinearDecoderConfig
  }
}

const COLOURS = 3

/** One linear layer from a place of the map to its pixels (Xie et al. 2021, arXiv 2111.09886). */
@MODELS.registerModule()
export class SimMIMLinearDecoder extends Module {
  static readonly schema = schema
  private readonly decoder: Sequential

  constructor(private readonly options: v.InferOutput<typeof schema>) {
    super()
    const { in_channels: channels, encoder_stride: stride } = options
    this.decoder = this.registerModule('decoder', new Sequential(new Map([['0', new Conv2d(channels, stride ** 2 * COLOURS, 1)]])))
  }

  /** [batch, rows, columns, channels] → images [batch, rows · stride, columns · stride, 3]. */
  override forward(map: tf.Tensor): tf.Tensor4D {
    const { encoder_stride: stride } = this.options
    const [batch = 0, rows = 0, columns = 0] = map.shape
    // PyTorch's PixelShuffle: a place's values are colour by colour.
    const values = tf.reshape(this.decoder.call(map), [batch, rows, columns, COLOURS, stride, stride])
    return tf.reshape(tf.transpose(values, [0, 1, 4, 2, 5, 3]), [batch, rows * stride, columns * stride, COLOURS])
  }
}
