import { type ConfigOf, MODELS, TesseraError } from '@tessera/core'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { ones, Parameter } from '../module/parameter.js'
import { NormLayer } from './normLayer.js'

const schema = v.strictObject({
  num_groups: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** Added to the variance. */
  eps: v.optional(v.pipe(v.number(), v.minValue(0)), 1e-5),
  /** False: no weight and bias. */
  affine: v.optional(v.boolean(), true),
  /** False freezes weight and bias. */
  requires_grad: v.optional(v.boolean(), true),
})

interface GroupNormConfig extends ConfigOf<'GN', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    GN: GroupNormConfig
  }
}

/** Normalizes each sample's channels in groups, over all places (Wu & He 2018, arXiv 1803.08494). [batch, …places, channels]. */
@MODELS.registerModule({ name: 'GN' })
export class GroupNorm extends NormLayer {
  static readonly schema = schema
  override readonly abbreviation = 'gn'
  readonly weight: Parameter | undefined
  readonly bias: Parameter | undefined

  constructor(
    private readonly options: v.InferOutput<typeof schema>,
    readonly features: number,
  ) {
    super()
    if (features % options.num_groups !== 0) {
      throw new TesseraError('INVALID_OPTIONS', {
        what: 'group norm cannot share out its channels',
        got: `${features} channels, num_groups ${options.num_groups}`,
        expected: 'channels divisible by num_groups',
      })
    }
    if (!options.affine) return
    this.weight = this.registerParameter('weight', new Parameter([features], { init: ones }))
    this.bias = this.registerParameter('bias', new Parameter([features]))
    if (!options.requires_grad) for (const parameter of [this.weight, this.bias]) parameter.requiresGrad = false
  }

  override forward(input: tf.Tensor): tf.Tensor {
    const { num_groups: groups, eps } = this.options
    const [batch = 1] = input.shape
    const split = tf.reshape(input, [batch, -1, groups, this.features / groups])
    const centred = tf.sub(split, tf.mean(split, [1, 3], true))
    const scale = tf.rsqrt(tf.add(tf.mean(tf.square(centred), [1, 3], true), eps))
    const normalized = tf.reshape(tf.mul(centred, scale), input.shape)
    if (this.weight === undefined || this.bias === undefined) return normalized
    return tf.add(tf.mul(normalized, this.weight.variable), this.bias.variable)
  }
}
