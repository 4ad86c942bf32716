import { type ConfigOf, MODELS, TesseraError } from '@tessera/core'
import { Parameter } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { BaseNeck } from './baseNeck.js'

const schema = v.strictObject({
  /** The mean's power: 1 is the ordinary mean, more goes towards the maximum. */
  p: v.optional(v.pipe(v.number(), v.minValue(1)), 3),
  /** Least value that a power is taken of. */
  eps: v.optional(v.pipe(v.number(), v.gtValue(0)), 1e-6),
  /** Raise smaller values to `eps` first. */
  clamp: v.optional(v.boolean(), true),
  /** Train the power. */
  p_trainable: v.optional(v.boolean(), true),
})

interface GeneralizedMeanPoolingConfig extends ConfigOf<'GeneralizedMeanPooling', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    GeneralizedMeanPooling: GeneralizedMeanPoolingConfig
  }
}

/** (mean of x^p)^(1/p) over all places: [batch, height, width, channels] → [batch, channels] (Radenović et al. 2017, arXiv 1711.02512). */
@MODELS.registerModule()
export class GeneralizedMeanPooling extends BaseNeck {
  static readonly schema = schema
  private readonly p: Parameter

  constructor(private readonly options: v.InferOutput<typeof schema>) {
    super()
    this.p = this.registerParameter('p', new Parameter([1], { init: () => Float32Array.of(options.p) }))
    this.p.requiresGrad = options.p_trainable
  }

  override forward(features: readonly tf.Tensor[]): readonly tf.Tensor[] {
    return features.map((feature) => {
      if (feature.rank !== 4) {
        throw new TesseraError('SHAPE_MISMATCH', {
          what: 'generalized mean pooling takes feature maps',
          path: this.path,
          got: feature.shape,
          expected: '[batch, height, width, channels]',
        })
      }
      const { eps, clamp } = this.options
      const power = this.p.variable
      const raised = tf.pow(clamp ? tf.maximum(feature, eps) : feature, power)
      return tf.pow(tf.mean(raised, [1, 2]), tf.div(1, power))
    })
  }
}
