import { configPath, type ImageArray, type PipelineItem, type RandomSource, TesseraError, type Transform } from '@tessera/core'
import * as v from 'valibot'
import { imageOf, withImage } from '../image/imageArray.js'

export const probability = v.pipe(v.number(), v.minValue(0), v.maxValue(1))

/** What every augmentation of RandAugment's family takes (MMPreTrain's BaseAugTransform). */
export const augmentEntries = {
  /** Chance that it happens at all. */
  prob: v.optional(probability, 0.5),
  /** How strong, on a scale to `total_level`. */
  magnitude_level: v.optional(v.number(), 10),
  /** What levels 0 and `total_level` mean; instead of a fixed strength. */
  magnitude_range: v.optional(v.nullable(v.tuple([v.number(), v.number()]))),
  /** Deviation of a normal distribution around the level; 'inf': uniform from 0 to the level; 0 or less: the level itself. */
  magnitude_std: v.optional(v.union([v.number(), v.literal('inf')]), 0),
  /** What MMPreTrain's older policies say of themselves: which option the range is for. Each has only one, so that it changes nothing. */
  magnitude_key: v.optional(v.string()),
  total_level: v.optional(v.pipe(v.number(), v.gtValue(0)), 10),
  /** Chance that the strength changes its sign, where it has one. */
  random_negative_prob: v.optional(probability, 0.5),
}

const schema = v.object(augmentEntries)
export type AugmentOptions = v.InferOutput<typeof schema>

/** A transform that happens with a probability and with a strength that may be drawn. */
export abstract class Augmentation<TOptions extends AugmentOptions> implements Transform {
  constructor(protected readonly options: TOptions) {}

  transform(item: PipelineItem, random: RandomSource): PipelineItem {
    if (random.uniform() > this.options.prob) return item
    return withImage(item, this.augment(imageOf(item), random))
  }

  protected abstract augment(image: ImageArray, random: RandomSource): ImageArray

  /** The strength: what the config fixes, or what it lets be drawn. */
  protected strength(given: number | null | undefined, random: RandomSource): number {
    return given ?? drawMagnitude(this.options, random)
  }

  /** The same, with a sign that may change. */
  protected signedStrength(given: number | null | undefined, random: RandomSource): number {
    const strength = this.strength(given, random)
    return random.uniform() < this.options.random_negative_prob ? -strength : strength
  }
}

/** A level of `magnitude_range`, with its noise (Cubuk et al. 2019, arXiv 1909.13719; the noise is timm's). */
export function drawMagnitude(options: AugmentOptions, random: RandomSource): number {
  const { magnitude_level, magnitude_std, total_level, magnitude_range } = options
  const [from, to] = magnitude_range ?? [0, 1]
  const level =
    magnitude_std === 'inf'
      ? random.uniform() * magnitude_level
      : magnitude_std > 0
        ? Math.min(Math.max(magnitude_level + magnitude_std * random.normal(), 0), total_level)
        : magnitude_level
  return (level / total_level) * (to - from) + from
}

/** @throws TesseraError INVALID_OPTIONS unless exactly one of the fixed strength and `magnitude_range` is given */
export function checkStrength(options: object, key: string, given: unknown, range: unknown): void {
  if ((given == null) !== (range == null)) return
  throw new TesseraError('INVALID_OPTIONS', {
    what: 'the strength is given once',
    path: [configPath(options), key].filter(Boolean).join('.'),
    got: given == null ? 'neither' : 'both',
    expected: `either ${key} or magnitude_range`,
  })
}
