import { type ConfigOf, type PipelineItem, type RandomSource, TRANSFORMS, type Transform } from '@tessera/core'
import * as v from 'valibot'
import { emptyLike, imageOf, withImage } from '../image/imageArray.js'

const triple = v.tuple([v.number(), v.number(), v.number()])

const schema = v.strictObject({
  /** Of the covariance of the pixels' channels. */
  eigval: v.pipe(v.array(v.number()), v.nonEmpty()),
  /** Three rows, one a channel; as many columns as there are eigenvalues. */
  eigvec: v.tuple([v.array(v.number()), v.array(v.number()), v.array(v.number())]),
  /** Deviation of the random share of each eigenvector. */
  alphastd: v.optional(v.pipe(v.number(), v.minValue(0)), 0.1),
  /** Flip the order of the channels (images are loaded as BGR). */
  to_rgb: v.optional(v.boolean(), false),
})

export interface LightingConfig extends ConfigOf<'Lighting', typeof schema> {}
declare module '@tessera/core' {
  interface TransformTypes {
    Lighting: LightingConfig
  }
}

/**
 * Adds a random mixture of the colours' principal components (Krizhevsky et al. 2012; MMPreTrain's Lighting). Bytes stay in their range: the
 * reference's wrap around, so that white turns black.
 */
@TRANSFORMS.registerModule()
export class Lighting implements Transform {
  static readonly schema = schema

  constructor(private readonly options: v.InferOutput<typeof schema>) {}

  transform(item: PipelineItem, random: RandomSource): PipelineItem {
    const { eigval, eigvec, alphastd, to_rgb: toRgb } = this.options
    const image = imageOf(item)
    const alphas = eigval.map((value) => alphastd * random.normal() * value)
    const shifts = v.parse(
      triple,
      eigvec.map((row) => row.reduce((sum, value, i) => sum + value * (alphas[i] ?? 0), 0)),
    )
    const out = emptyLike(image, image.height, image.width)
    const isBytes = out.data instanceof Uint8Array
    for (let i = 0; i < out.data.length; i++) {
      const channel = i % 3
      const value = (image.data[toRgb ? i + 2 - 2 * channel : i] ?? 0) + (shifts[channel] ?? 0)
      out.data[i] = isBytes ? Math.min(255, Math.max(0, Math.trunc(value))) : value
    }
    return withImage(item, out)
  }
}
