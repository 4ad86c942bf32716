import { type ConfigOf, MODELS } from '@tessera/core'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { maskedMean, ReconstructionLoss } from './reconstructionLoss.js'

const schema = v.strictObject({
  /** How a difference counts: by its size, or squared. */
  criterion: v.picklist(['L1', 'L2']),
  /** What a masked loss is divided by besides: the channels, where they are an axis of their own. */
  channel: v.nullish(v.pipe(v.number(), v.integer(), v.minValue(1))),
})

interface PixelReconstructionLossConfig extends ConfigOf<'PixelReconstructionLoss', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    PixelReconstructionLoss: PixelReconstructionLossConfig
  }
}

/** How far reconstructed pixels are from the image's, by choice only where a mask hid them (MMPreTrain's PixelReconstructionLoss). */
@MODELS.registerModule()
export class PixelReconstructionLoss extends ReconstructionLoss {
  static readonly schema = schema

  constructor(private readonly options: v.InferOutput<typeof schema>) {
    super()
  }

  /** @param pred tokens [batch, patches, values], which are averaged a token; or maps, which are not */
  override forward(pred: tf.Tensor, target: tf.Tensor, mask?: tf.Tensor): tf.Tensor {
    const difference = tf.sub(pred, target)
    const penalty = this.options.criterion === 'L1' ? tf.abs(difference) : tf.square(difference)
    const loss = maskedMean(penalty.rank === 3 ? tf.mean(penalty, -1) : penalty, mask)
    return mask === undefined ? loss : tf.div(loss, this.options.channel ?? 1)
  }
}
