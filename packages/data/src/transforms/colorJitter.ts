import {
  type ConfigOf,
  type ImageArray,
  type PipelineItem,
  type RandomSource,
  TesseraError,
  TRANSFORMS,
  type Transform,
} from '@tessera/core'
import * as v from 'valibot'
import { adjustBrightness, adjustColor, adjustContrast } from '../augment/adjust.js'
import { pillowBrightness, pillowContrast, pillowHue, pillowSaturation } from '../augment/pillowColor.js'
import { imageOf, withImage } from '../image/imageArray.js'

const strength = v.pipe(v.number(), v.minValue(0))
const range = v.tuple([v.number(), v.number()])

const schema = v.strictObject({
  /** The factor is drawn from 1 ± this, at least 0, or from a range [smallest, largest]. */
  brightness: v.optional(v.union([strength, range]), 0),
  /** The same. */
  contrast: v.optional(v.union([strength, range]), 0),
  /** The same. */
  saturation: v.optional(v.union([strength, range]), 0),
  /** The hue turns by a share of the circle of ± this, or from a range within [−0.5, 0.5]. */
  hue: v.optional(v.union([strength, range]), 0),
  /** Whose arithmetic. */
  backend: v.optional(v.picklist(['pillow', 'cv2']), 'pillow'),
})

export interface ColorJitterConfig extends ConfigOf<'ColorJitter', typeof schema> {}
declare module '@tessera/core' {
  interface TransformTypes {
    ColorJitter: ColorJitterConfig
  }
}

type Adjust = (image: ImageArray, factor: number) => ImageArray

/** Brightness, contrast, saturation and hue by chance, in an order by chance (MMPreTrain's ColorJitter). */
@TRANSFORMS.registerModule()
export class ColorJitter implements Transform {
  static readonly schema = schema
  private readonly steps: readonly { readonly adjust: Adjust; readonly range: readonly [number, number] }[]

  constructor(options: v.InferOutput<typeof schema>) {
    const { brightness, contrast, saturation, hue, backend } = options
    const isPillow = backend === 'pillow'
    const hues = rangeOf(hue, 0, [-0.5, 0.5])
    if (!isPillow && hues !== undefined) {
      throw new TesseraError('UNSUPPORTED', {
        what: "backend 'cv2' cannot turn the hue here",
        path: 'hue',
        got: hue,
        hint: "Use 'pillow'.",
      })
    }
    const entries: [Adjust, readonly [number, number] | undefined][] = [
      [isPillow ? pillowBrightness : adjustBrightness, rangeOf(brightness, 1, [0, Number.POSITIVE_INFINITY])],
      [isPillow ? pillowContrast : adjustContrast, rangeOf(contrast, 1, [0, Number.POSITIVE_INFINITY])],
      [isPillow ? pillowSaturation : adjustColor, rangeOf(saturation, 1, [0, Number.POSITIVE_INFINITY])],
      [pillowHue, hues],
    ]
    this.steps = entries.flatMap(([adjust, own]) => (own === undefined ? [] : [{ adjust, range: own }]))
  }

  transform(item: PipelineItem, random: RandomSource): PipelineItem {
    let image = imageOf(item)
    for (const index of random.permutation(this.steps.length)) {
      const step = this.steps[index]
      if (step === undefined) continue
      const [low, high] = step.range
      image = step.adjust(image, low + (high - low) * random.uniform())
    }
    return withImage(item, image)
  }
}

/** What to draw from, within bounds; undefined where the image would stay as it is. */
function rangeOf(
  given: number | readonly [number, number],
  centre: number,
  [least, most]: readonly [number, number],
): readonly [number, number] | undefined {
  const [low, high] = typeof given === 'number' ? [centre - given, centre + given] : given
  const bounded = [Math.min(Math.max(low, least), most), Math.min(Math.max(high, least), most)] as const
  return bounded[0] === centre && bounded[1] === centre ? undefined : bounded
}
