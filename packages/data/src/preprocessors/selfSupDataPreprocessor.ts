import { type ConfigOf, type DataSample, type HostBatch, type ImageArray, MODELS, TesseraError } from '@tessera/core'
import { BaseDataPreprocessor, type TensorBatch } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { flipChannels, Normalizer } from './normalizer.js'
import { uploadImages } from './uploadImages.js'

const statistics = v.nullish(v.array(v.number()))

export const selfSupEntries = {
  /** Per channel, on values 0 to 255, after the channels are flipped. Together with `std`, or neither. */
  mean: statistics,
  std: statistics,
  pad_size_divisor: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 1),
  pad_value: v.optional(v.number(), 0),
  /** Flip the order of the channels (images are loaded as BGR). */
  to_rgb: v.optional(v.boolean(), false),
  /** The same. */
  bgr_to_rgb: v.optional(v.boolean(), false),
  /** The same. */
  rgb_to_bgr: v.optional(v.boolean(), false),
  /** Accepted for PyTorch's recipes, without effect. */
  non_blocking: v.optional(v.boolean(), false),
}

const schema = v.strictObject(selfSupEntries)
export type SelfSupOptions = v.InferOutput<typeof schema>

interface SelfSupDataPreprocessorConfig extends ConfigOf<'SelfSupDataPreprocessor', typeof schema> {}
declare module '@tessera/core' {
  interface DataPreprocessorTypes {
    SelfSupDataPreprocessor: SelfSupDataPreprocessorConfig
  }
}

/**
 * Uploads images, their further views (`view_1`, `view_2`, …) and `mask` [batch, rows, columns]; flips channels and normalizes every view
 * (MMPreTrain's SelfSupDataPreprocessor). Labels stay on the host: nothing here learns from them.
 */
@MODELS.registerModule()
export class SelfSupDataPreprocessor extends BaseDataPreprocessor {
  static readonly schema: v.GenericSchema = schema
  private readonly normalizer: Normalizer

  constructor(protected readonly options: SelfSupOptions) {
    super()
    this.normalizer = new Normalizer(options.mean, options.std)
  }

  override upload(batch: HostBatch): TensorBatch {
    const views = (batch.views ?? []).map((images, i): [string, tf.Tensor4D] => [viewName(i + 1), this.stack(images, i + 1)])
    const mask = masksOf(batch.data_samples)
    return { inputs: this.stack(batch.inputs, 0), ...Object.fromEntries(views), ...(mask === undefined ? {} : { mask }) }
  }

  override forward(batch: TensorBatch, _training: boolean): TensorBatch {
    const { to_rgb, bgr_to_rgb, rgb_to_bgr } = this.options
    const flips = to_rgb || bgr_to_rgb || rgb_to_bgr
    const prepared = { ...batch, inputs: this.prepare(batch.inputs, 0, flips) }
    for (let view = 1; batch[viewName(view)] !== undefined; view++)
      Object.assign(prepared, { [viewName(view)]: this.prepare(batch[viewName(view)] as tf.Tensor4D, view, flips) })
    return prepared
  }

  override dispose(): void {
    this.normalizer.dispose()
    super.dispose()
  }

  /** What normalizes this view; 0 is the first. */
  protected normalizerOf(_view: number): Normalizer {
    return this.normalizer
  }

  private prepare(images: tf.Tensor4D, view: number, flips: boolean): tf.Tensor4D {
    return this.normalizerOf(view).apply(flips && images.shape[3] === 3 ? flipChannels(images) : images)
  }

  private stack(images: readonly ImageArray[], view: number): tf.Tensor4D {
    const channels = images[0]?.channels ?? 0
    const normalizer = this.normalizerOf(view)
    normalizer.check(channels)
    const { to_rgb, bgr_to_rgb, rgb_to_bgr, pad_value, pad_size_divisor } = this.options
    const padding = normalizer.inverse(pad_value, channels)
    if ((to_rgb || bgr_to_rgb || rgb_to_bgr) && channels === 3) padding.reverse()
    return uploadImages(images, pad_size_divisor, padding)
  }
}

/** The name of a further view in a batch. */
function viewName(view: number): string {
  return `view_${view}`
}

/** All samples' masks as one tensor; undefined where there are none. */
function masksOf(samples: readonly DataSample[]): tf.Tensor3D | undefined {
  const masks = samples.map(({ mask }) => mask)
  const [first] = masks
  if (masks.every((mask) => mask === undefined)) return undefined
  const odd = masks.find((mask) => mask?.height !== first?.height || mask?.width !== first?.width)
  if (first === undefined || odd !== undefined || masks.includes(undefined)) {
    throw new TesseraError('DATA_INVALID', {
      what: 'the masks of a batch differ in size, or some samples have none',
      got: masks.map((mask) => (mask === undefined ? null : [mask.height, mask.width])),
    })
  }
  const size = first.height * first.width
  const data = new Float32Array(samples.length * size)
  for (const [i, mask] of masks.entries()) data.set(mask?.data ?? [], i * size)
  return tf.tensor3d(data, [samples.length, first.height, first.width])
}
