import { type ConfigOf, MODELS } from '@tessera/core'
import * as v from 'valibot'
import { LayerNorm } from './layerNorm.js'

const schema = v.strictObject({
  /** Added to the variance. */
  eps: v.optional(v.pipe(v.number(), v.minValue(0)), 1e-5),
  /** False freezes weight and bias. */
  requires_grad: v.optional(v.boolean(), true),
})

interface LayerNorm2dConfig extends ConfigOf<'LN2d', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    LN2d: LayerNorm2dConfig
  }
}

/** Layer norm over the channels of each place of a feature map (ConvNeXt). Channels are last here, so it is LayerNorm itself. */
@MODELS.registerModule({ name: 'LN2d' })
export class LayerNorm2d extends LayerNorm {
  static override readonly schema: v.GenericSchema = schema
}
