import { type ConfigOf, type ImageArray, type RandomSource, TRANSFORMS } from '@tessera/core'
import * as v from 'valibot'
import { Augmentation, augmentEntries, checkStrength } from '../augment/magnitude.js'
import { padValue, padValues } from '../augment/padValue.js'
import { WARP_INTERPOLATIONS, warpAffine } from '../image/warpAffine.js'

const schema = v.strictObject({
  /** Degrees, clockwise. */
  angle: v.optional(v.nullable(v.number())),
  /** What it is turned around, [x, y] in pixels; default the middle. */
  center: v.optional(v.nullable(v.tuple([v.number(), v.number()]))),
  scale: v.optional(v.number(), 1),
  /** What comes in from outside: one value, or one a channel. */
  pad_val: v.optional(padValue, 128),
  interpolation: v.optional(v.picklist(WARP_INTERPOLATIONS), 'nearest'),
  ...augmentEntries,
})

export interface RotateConfig extends ConfigOf<'Rotate', typeof schema> {}
declare module '@tessera/core' {
  interface TransformTypes {
    Rotate: RotateConfig
  }
}

/** Turns the image around its middle (mmcv's imrotate). */
@TRANSFORMS.registerModule()
export class Rotate extends Augmentation<v.InferOutput<typeof schema>> {
  static readonly schema = schema

  constructor(options: v.InferOutput<typeof schema>) {
    super(options)
    checkStrength(options, 'angle', options.angle, options.magnitude_range)
  }

  protected override augment(image: ImageArray, random: RandomSource): ImageArray {
    const { scale, pad_val, interpolation } = this.options
    const [x, y] = this.options.center ?? [(image.width - 1) / 2, (image.height - 1) / 2]
    const angle = (-this.signedStrength(this.options.angle, random) * Math.PI) / 180
    const [cos, sin] = [Math.cos(angle) * scale, Math.sin(angle) * scale]
    const matrix = [cos, sin, (1 - cos) * x - sin * y, -sin, cos, sin * x + (1 - cos) * y] as const
    // As the reference has it: OpenCV takes a single number for the first channel (blue) alone, and 0 for the others.
    const fill = typeof pad_val === 'number' ? [pad_val] : padValues(pad_val, image.channels)
    return warpAffine(image, matrix, interpolation, fill)
  }
}
