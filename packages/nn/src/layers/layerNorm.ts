import { type ConfigOf, MODELS, TesseraError } from '@tessera/core'
import type { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { ones, Parameter } from '../module/parameter.js'
import { layerNorm } from '../ops/layerNorm.js'
import { NormLayer } from './normLayer.js'

const schema = v.strictObject({
  /** Added to the variance. MMPreTrain's ViT asks for 1e-6. */
  eps: v.optional(v.pipe(v.number(), v.minValue(0)), 1e-5),
  /** False freezes weight and bias. */
  requires_grad: v.optional(v.boolean(), true),
})

interface LayerNormConfig extends ConfigOf<'LN', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    LN: LayerNormConfig
  }
}

/** Layer normalization over the last axis (Ba et al. 2016, arXiv 1607.06450). */
@MODELS.registerModule({ name: 'LN' })
export class LayerNorm extends NormLayer {
  static readonly schema: v.GenericSchema = schema
  override readonly abbreviation: string = 'ln'
  readonly eps: number
  readonly weight: Parameter
  readonly bias: Parameter

  constructor(
    options: v.InferInput<typeof schema>,
    readonly features: number,
  ) {
    super()
    if (!Number.isInteger(features) || features <= 0) {
      throw new TesseraError('INVALID_ARGUMENT', {
        what: 'a norm layer needs a number of channels',
        got: features,
        expected: 'a positive integer',
      })
    }
    this.eps = options.eps ?? 1e-5
    this.weight = this.registerParameter('weight', new Parameter([features], { init: ones }))
    this.bias = this.registerParameter('bias', new Parameter([features]))
    if (options.requires_grad === false) for (const parameter of [this.weight, this.bias]) parameter.requiresGrad = false
  }

  override forward(input: tf.Tensor): tf.Tensor {
    return layerNorm(input, this.weight.variable, this.bias.variable, this.eps)
  }
}
