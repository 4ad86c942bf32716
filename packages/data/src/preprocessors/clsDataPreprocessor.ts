import { BUILDER, type Builder, type ConfigOf, type HostBatch, inject, MODELS, type RandomSource, TesseraError } from '@tessera/core'
import { BaseDataPreprocessor, type TensorBatch } from '@tessera/nn'
import { byteTensor, tf } from '@tessera/runtime'
import * as v from 'valibot'
import { mixBatch, uploadMixing } from '../batchAugments/mixBatch.js'
import { batchAugmentsSchema, RandomBatchAugment } from '../batchAugments/randomBatchAugment.js'
import { batchLabels } from './batchLabels.js'
import { stackImages } from './stackImages.js'

const statistics = v.nullish(v.array(v.number()))

const schema = v.strictObject({
  /** Per channel, on values 0 to 255, after the channels are flipped. Together with `std`, or neither. */
  mean: statistics,
  std: statistics,
  /** Flip the order of the channels (images are loaded as BGR). */
  to_rgb: v.optional(v.boolean(), false),
  pad_size_divisor: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 1),
  pad_value: v.optional(v.number(), 0),
  /** Labels as scores, one a class. */
  to_onehot: v.optional(v.boolean(), false),
  num_classes: v.nullish(v.pipe(v.number(), v.integer(), v.minValue(1))),
  /** Mixup and its kin; they turn labels into scores. */
  batch_augments: v.nullish(batchAugmentsSchema),
})

interface ClsDataPreprocessorConfig extends ConfigOf<'ClsDataPreprocessor', typeof schema> {}
declare module '@tessera/core' {
  interface DataPreprocessorTypes {
    ClsDataPreprocessor: ClsDataPreprocessorConfig
  }
}

interface Affine {
  readonly scale: tf.Tensor1D
  readonly shift: tf.Tensor1D
}

/** Uploads a batch, flips channels and normalizes (MMPreTrain's ClsDataPreprocessor). */
@MODELS.registerModule()
export class ClsDataPreprocessor extends BaseDataPreprocessor {
  static readonly schema = schema
  /** x · scale + shift, made at first use: the tensors live as long as the module. */
  private affine: Affine | undefined
  private augment: RandomBatchAugment | undefined

  constructor(
    private readonly options: v.InferOutput<typeof schema>,
    @inject(BUILDER) private readonly builder: Builder,
  ) {
    super()
    const { mean, std, batch_augments } = options
    if ((mean ?? undefined)?.length !== (std ?? undefined)?.length) {
      throw new TesseraError('INVALID_OPTIONS', {
        what: 'mean and std come together, of equal length',
        path: 'data_preprocessor',
        got: { mean, std },
      })
    }
    if (std?.some((value) => value === 0))
      throw new TesseraError('INVALID_OPTIONS', { what: 'a std of 0 divides by zero', path: 'data_preprocessor.std', got: std })
    this.setBatchAugments(batch_augments ?? null)
  }

  override setBatchAugments(config: v.InferOutput<typeof batchAugmentsSchema> | null): void {
    this.augment = config === null ? undefined : new RandomBatchAugment(config, this.builder)
  }

  override upload(batch: HostBatch, random?: RandomSource): TensorBatch {
    const { data, shape } = stackImages(batch.inputs, this.options.pad_size_divisor, this.padding(batch.inputs[0]?.channels ?? 0))
    const channels = this.options.mean?.length
    if (channels !== undefined && channels !== 1 && channels !== shape[3]) {
      throw new TesseraError('SHAPE_MISMATCH', {
        what: 'mean and std are for another number of channels',
        path: 'data_preprocessor.mean',
        got: channels,
        expected: `1 or ${shape[3]}`,
      })
    }
    const labels = batchLabels(batch.data_samples, {
      toOnehot: this.options.to_onehot || this.augment !== undefined,
      classes: this.options.num_classes ?? undefined,
    })
    const [size, height, width] = shape
    return {
      ...(random === undefined || labels === undefined || this.augment === undefined
        ? {}
        : uploadMixing(this.augment, { size, height, width }, random)),
      inputs: data instanceof Uint8Array ? (byteTensor(data, shape) as tf.Tensor4D) : tf.tensor4d(data, [...shape], 'float32'),
      ...(labels === undefined
        ? {}
        : 'gt_label' in labels
          ? { gt_label: tf.tensor1d(labels.gt_label, 'int32') }
          : { gt_score: tf.tensor2d(labels.gt_score, [shape[0], labels.classes], 'float32') }),
    }
  }

  /** Normalizes, and mixes what `upload` has drawn. */
  override forward(batch: TensorBatch, training: boolean): TensorBatch {
    const flipped = this.options.to_rgb && batch.inputs.shape[3] === 3 ? flipChannels(batch.inputs) : batch.inputs
    const affine = this.normalization()
    const inputs = affine === undefined ? flipped : normalize(flipped, affine)
    return training ? mixBatch({ ...batch, inputs }) : { ...batch, inputs }
  }

  override dispose(): void {
    this.affine?.scale.dispose()
    this.affine?.shift.dispose()
    this.affine = undefined
    super.dispose()
  }

  private normalization(): Affine | undefined {
    const { mean, std } = this.options
    if (mean === undefined || mean === null || std === undefined || std === null) return undefined
    this.affine ??= {
      scale: tf.keep(tf.tensor1d(std.map((deviation) => 1 / deviation))),
      shift: tf.keep(tf.tensor1d(mean.map((value, channel) => -value / (std[channel] ?? 1)))),
    }
    return this.affine
  }

  /** The reference pads after it has normalized; we pad before, with what normalizes to `pad_value`. */
  private padding(channels: number): number[] {
    const { mean, std, pad_value, to_rgb } = this.options
    const values = Array.from({ length: channels }, (_, channel) => {
      const of = (statistic: readonly number[] | null | undefined, neutral: number) =>
        statistic?.[statistic.length === 1 ? 0 : channel] ?? neutral
      return pad_value * of(std, 1) + of(mean, 0)
    })
    return to_rgb && channels === 3 ? values.reverse() : values
  }
}

/** By pixels: TensorFlow reverses the last axis of two faster than that of four. */
function flipChannels(images: tf.Tensor4D): tf.Tensor4D {
  return tf.reshape(tf.reverse(tf.reshape(images, [-1, 3]), 1), images.shape)
}

/** By rows of pixels, with a factor for each of a row's values: an axis of three channels is the slowest to broadcast over. */
function normalize(images: tf.Tensor4D, { scale, shift }: Affine): tf.Tensor4D {
  const [batch, height, width, channels] = images.shape
  const times = [(width * channels) / scale.size]
  const rows = tf.reshape(images, [batch, height, width * channels])
  return tf.reshape(tf.add(tf.mul(rows, tf.tile(scale, times)), tf.tile(shift, times)), images.shape)
}
