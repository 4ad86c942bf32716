import {
  BUILDER,
  type Builder,
  type ConfigOf,
  componentConfigs,
  type ImageArray,
  inject,
  type PipelineItem,
  type RandomSource,
  TesseraError,
  TRANSFORMS,
  type Transform,
  type TransformTypes,
} from '@tessera/core'
import * as v from 'valibot'
import { Pipeline } from '../datasets/pipeline.js'
import { imageOf } from '../image/imageArray.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(1))

const schema = v.strictObject({
  /** Pipelines, each a list of transforms. */
  transforms: v.pipe(v.array(componentConfigs<TransformTypes>(TRANSFORMS)), v.nonEmpty()),
  /** How many views each pipeline makes. */
  num_views: v.union([count, v.pipe(v.array(count), v.nonEmpty())]),
})

export interface MultiViewConfig extends ConfigOf<'MultiView', typeof schema> {}
declare module '@tessera/core' {
  interface TransformTypes {
    MultiView: MultiViewConfig
  }
}

/** Several views of one image, which takes their list under `img` (MMPreTrain's MultiView). Each view draws from a stream of its own. */
@TRANSFORMS.registerModule()
export class MultiView implements Transform {
  static readonly schema = schema
  private readonly pipelines: readonly Pipeline[]

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    const counts = [options.num_views].flat()
    if (counts.length !== options.transforms.length) {
      throw new TesseraError('INVALID_OPTIONS', {
        what: 'num_views has one number for each pipeline',
        path: 'num_views',
        got: options.num_views,
        expected: `${options.transforms.length} numbers`,
      })
    }
    this.pipelines = options.transforms.flatMap((transforms, i) => {
      const pipeline = new Pipeline(transforms, builder)
      return Array.from({ length: counts[i] ?? 0 }, () => pipeline)
    })
  }

  async transform(item: PipelineItem, random: RandomSource): Promise<PipelineItem | null> {
    const views: ImageArray[] = []
    for (const [index, pipeline] of this.pipelines.entries()) {
      // Transforms make new images and leave the old ones alone, so a shallow copy is enough.
      const view = await pipeline.run({ ...item }, random.fork('view', index))
      if (view === null) return null
      views.push(imageOf(view))
    }
    item['img'] = views
    return item
  }
}
