import {
  BUILDER,
  type Builder,
  type ConfigOf,
  componentConfigs,
  inject,
  type PipelineItem,
  type RandomSource,
  TRANSFORMS,
  type Transform,
  type TransformTypes,
} from '@tessera/core'
import * as v from 'valibot'
import { Pipeline } from '../datasets/pipeline.js'
import { imageOf } from '../image/imageArray.js'
import { isPackedSample } from './packedSample.js'

const schema = v.strictObject({
  /** Lists of transforms: each way to take one of every list makes a view. The last list ends the pipeline (PackInputs). */
  transforms: v.pipe(v.array(v.pipe(componentConfigs<TransformTypes>(TRANSFORMS), v.nonEmpty())), v.nonEmpty()),
})

export interface TestTimeAugConfig extends ConfigOf<'TestTimeAug', typeof schema> {}
declare module '@tessera/core' {
  interface TransformTypes {
    TestTimeAug: TestTimeAugConfig
  }
}

/**
 * Several views of an image for test-time augmentation (mmcv's TestTimeAug), for a `tta_model` that merges what is predicted of them. The
 * sample is the first view's; without PackInputs in its lists it leaves the list of views under `img`.
 */
@TRANSFORMS.registerModule()
export class TestTimeAug implements Transform {
  static readonly schema = schema
  private readonly pipelines: readonly Pipeline[]

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    this.pipelines = product(options.transforms).map((transforms) => new Pipeline(transforms, builder))
  }

  async transform(item: PipelineItem, random: RandomSource): Promise<PipelineItem | null> {
    const made: PipelineItem[] = []
    for (const [index, pipeline] of this.pipelines.entries()) {
      const view = await pipeline.run({ ...item }, random.fork('view', index))
      if (view === null) return null
      made.push(view)
    }
    const [first, ...others] = made
    if (first === undefined) throw new TypeError('there is a list of transforms')
    if (!made.every((view) => isPackedSample(view))) return { ...first, img: made.map((view) => imageOf(view)) }
    return { ...first, views: others.map(({ inputs }) => inputs) }
  }
}

/** Every way to take one of each list, the first list's choice changing slowest (itertools.product). */
export function product<T>(lists: readonly (readonly T[])[]): T[][] {
  return lists.reduce<T[][]>((rows, list) => rows.flatMap((row) => list.map((one) => [...row, one])), [[]])
}
