import {
  type ConfigOf,
  type DataSample,
  type ImageArray,
  type MaskArray,
  type PackedSample,
  type PipelineItem,
  TesseraError,
  TRANSFORMS,
  type Transform,
} from '@tessera/core'
import * as v from 'valibot'
import { imageOf, isImageArray } from '../image/imageArray.js'

const DEFAULT_META_KEYS = ['sample_idx', 'img_path', 'ori_shape', 'img_shape', 'scale_factor', 'flip', 'flip_direction']

const schema = v.strictObject({
  input_key: v.optional(v.string(), 'img'),
  /** Further keys that go into the data sample, beside `gt_label` and `gt_score`. */
  algorithm_keys: v.optional(v.array(v.string()), []),
  /** Keys that go into the data sample's metainfo, where the item has them. */
  meta_keys: v.optional(v.array(v.string()), DEFAULT_META_KEYS),
})

const maskSchema = v.object({ data: v.instance(Uint8Array), height: v.number(), width: v.number() })

export interface PackInputsConfig extends ConfigOf<'PackInputs', typeof schema> {}
declare module '@tessera/core' {
  interface TransformTypes {
    PackInputs: PackInputsConfig
  }
}

/**
 * The end of a pipeline: `{ inputs, data_samples }` (MMPreTrain's PackInputs), and `views` where there is a list of images. Images stay
 * height × width × channels.
 */
@TRANSFORMS.registerModule()
export class PackInputs implements Transform {
  static readonly schema = schema

  constructor(private readonly options: v.InferOutput<typeof schema>) {}

  transform(item: PipelineItem): PipelineItem {
    const { input_key, meta_keys, algorithm_keys } = this.options
    const metainfo: Record<string, unknown> = {}
    for (const key of meta_keys) if (Object.hasOwn(item, key)) metainfo[key] = item[key]
    const sample: DataSample & Record<string, unknown> = { metainfo }
    for (const key of algorithm_keys) if (Object.hasOwn(item, key)) sample[key] = item[key]
    if (item['gt_label'] !== undefined) sample.gt_label = labelsFrom(item['gt_label'])
    if (item['gt_score'] !== undefined) sample.gt_score = scoresFrom(item['gt_score'])
    if (item['mask'] !== undefined && !algorithm_keys.includes('mask')) sample.mask = maskFrom(item['mask'])
    const [inputs, views] = imagesOf(item, input_key)
    const packed: PackedSample = { inputs, ...(views.length === 0 ? {} : { views }), data_samples: sample }
    return { ...packed }
  }
}

/** The image, and the further views where there is a list of them (MultiView). */
function imagesOf(item: PipelineItem, key: string): [ImageArray, readonly ImageArray[]] {
  const [first, ...views]: unknown[] = Array.isArray(item[key]) ? item[key] : [item[key]]
  if (!views.every(isImageArray)) throw new TesseraError('DATA_INVALID', { what: `a view under '${key}' is no image`, got: item[key] })
  return [imageOf({ ...item, [key]: first }, key), views]
}

function maskFrom(value: unknown): MaskArray {
  if (v.is(maskSchema, value)) return value
  throw new TesseraError('DATA_INVALID', {
    what: 'mask cannot be used',
    got: value,
    expected: '{ data, height, width } of a grid of patches',
  })
}

function labelsFrom(value: unknown): readonly number[] {
  if (typeof value === 'number') return [value]
  if (v.is(v.array(v.number()), value)) return value
  throw new TesseraError('DATA_INVALID', { what: 'gt_label cannot be used', got: value, expected: 'a class index or a list of them' })
}

function scoresFrom(value: unknown): Float32Array {
  if (value instanceof Float32Array) return value
  if (v.is(v.array(v.number()), value)) return Float32Array.from(value)
  throw new TesseraError('DATA_INVALID', { what: 'gt_score cannot be used', got: value, expected: 'one score per class' })
}
