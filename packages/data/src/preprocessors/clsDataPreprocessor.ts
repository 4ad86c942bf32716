import { BUILDER, type Builder, type ConfigOf, type HostBatch, inject, MODELS, type RandomSource } from '@tessera/core'
import { BaseDataPreprocessor, type TensorBatch } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { mixBatch, uploadMixing } from '../batchAugments/mixBatch.js'
import { batchAugmentsSchema, RandomBatchAugment } from '../batchAugments/randomBatchAugment.js'
import { batchLabels } from './batchLabels.js'
import { flipChannels, Normalizer } from './normalizer.js'
import { uploadImages } from './uploadImages.js'

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

/** Uploads a batch, flips channels and normalizes (MMPreTrain's ClsDataPreprocessor). */
@MODELS.registerModule()
export class ClsDataPreprocessor extends BaseDataPreprocessor {
  static readonly schema = schema
  private readonly normalizer: Normalizer
  private augment: RandomBatchAugment | undefined

  constructor(
    private readonly options: v.InferOutput<typeof schema>,
    @inject(BUILDER) private readonly builder: Builder,
  ) {
    super()
    this.normalizer = new Normalizer(options.mean, options.std)
    this.setBatchAugments(options.batch_augments ?? null)
  }

  override setBatchAugments(config: v.InferOutput<typeof batchAugmentsSchema> | null): void {
    this.augment = config === null ? undefined : new RandomBatchAugment(config, this.builder)
  }

  override upload(batch: HostBatch, random?: RandomSource): TensorBatch {
    const channels = batch.inputs[0]?.channels ?? 0
    this.normalizer.check(channels)
    const inputs = uploadImages(batch.inputs, this.options.pad_size_divisor, this.padding(channels))
    const { shape } = inputs
    const labels = batchLabels(batch.data_samples, {
      toOnehot: this.options.to_onehot || this.augment !== undefined,
      classes: this.options.num_classes ?? undefined,
    })
    const [size, height, width] = shape
    return {
      ...(random === undefined || labels === undefined || this.augment === undefined
        ? {}
        : uploadMixing(this.augment, { size, height, width }, random)),
      inputs,
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
    const inputs = this.normalizer.apply(flipped)
    return training ? mixBatch({ ...batch, inputs }) : { ...batch, inputs }
  }

  override dispose(): void {
    this.normalizer.dispose()
    super.dispose()
  }

  /** The reference pads after it has normalized; we pad before, with what normalizes to `pad_value`. */
  private padding(channels: number): number[] {
    const values = this.normalizer.inverse(this.options.pad_value, channels)
    return this.options.to_rgb && channels === 3 ? values.reverse() : values
  }
}
