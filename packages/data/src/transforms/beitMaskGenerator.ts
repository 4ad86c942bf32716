import {
  type ConfigOf,
  type MaskArray,
  type PipelineItem,
  type RandomSource,
  TesseraError,
  TRANSFORMS,
  type Transform,
} from '@tessera/core'
import * as v from 'valibot'

const count = v.pipe(v.number(), v.integer(), v.minValue(1))
const ratio = v.pipe(v.number(), v.gtValue(0))

const schema = v.strictObject({
  /** Patches of the image, one number or [rows, columns]. */
  input_size: v.union([count, v.tuple([count, count])]),
  /** How many of them are hidden. */
  num_masking_patches: count,
  /** Smallest area of a block. */
  min_num_patches: v.optional(count, 4),
  /** Largest number of patches that a block hides; default all. */
  max_num_patches: v.nullish(count),
  /** Smallest height / width of a block. */
  min_aspect: v.optional(ratio, 0.3),
  /** Default the inverse of the smallest. */
  max_aspect: v.nullish(ratio),
})

export interface BEiTMaskGeneratorConfig extends ConfigOf<'BEiTMaskGenerator', typeof schema> {}
declare module '@tessera/core' {
  interface TransformTypes {
    BEiTMaskGenerator: BEiTMaskGeneratorConfig
  }
}

const ATTEMPTS = 10
/** Rounds after which what is left to hide is hidden patch by patch: the reference would search on, for ever where no block fits. */
const ROUNDS = 1000

/** A `mask` of random blocks, of a fixed number of patches (Bao et al. 2021, arXiv 2106.08254; MMPreTrain's BEiTMaskGenerator). */
@TRANSFORMS.registerModule()
export class BEiTMaskGenerator implements Transform {
  static readonly schema = schema
  private readonly height: number
  private readonly width: number
  private readonly logAspect: readonly [number, number]

  constructor(private readonly options: v.InferOutput<typeof schema>) {
    const { input_size: size, num_masking_patches: hidden, min_aspect: least, max_aspect: most } = options
    const [height, width] = typeof size === 'number' ? [size, size] : size
    if (hidden > height * width) {
      throw new TesseraError('INVALID_OPTIONS', {
        what: 'more patches are to be hidden than there are',
        path: 'num_masking_patches',
        got: hidden,
        expected: `at most ${height * width}`,
      })
    }
    this.height = height
    this.width = width
    this.logAspect = [Math.log(least), Math.log(most ?? 1 / least)]
  }

  transform(item: PipelineItem, random: RandomSource): PipelineItem {
    const { num_masking_patches: wanted, max_num_patches: largest } = this.options
    const data = new Uint8Array(this.height * this.width)
    let hidden = 0
    for (let round = 0; hidden < wanted && round < ROUNDS; round++)
      hidden += this.hideBlock(data, Math.min(wanted - hidden, largest ?? wanted), random)
    const order = hidden < wanted ? random.permutation(data.length) : []
    for (const place of order) {
      if (hidden === wanted) break
      if (data[place] === 1) continue
      data[place] = 1
      hidden++
    }
    const mask: MaskArray = { data, height: this.height, width: this.width }
    item['mask'] = mask
    return item
  }

  /** Hides one block of at most so many patches that are not hidden yet, where one is found; returns how many it hid. */
  private hideBlock(data: Uint8Array, most: number, random: RandomSource): number {
    const between = (low: number, high: number) => low + (high - low) * random.uniform()
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const area = between(this.options.min_num_patches, most)
      const aspect = Math.exp(between(...this.logAspect))
      const [height, width] = [Math.round(Math.sqrt(area * aspect)), Math.round(Math.sqrt(area / aspect))]
      if (height >= this.height || width >= this.width) continue
      const [top, left] = [random.integer(this.height - height), random.integer(this.width - width)]
      const places = Array.from({ length: height * width }, (_, i) => (top + Math.floor(i / width)) * this.width + left + (i % width))
      const fresh = places.filter((place) => data[place] === 0)
      if (fresh.length === 0 || fresh.length > most) continue
      for (const place of fresh) data[place] = 1
      return fresh.length
    }
    return 0
  }
}
