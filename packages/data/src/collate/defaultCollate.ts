import { COLLATE_FUNCTIONS, type ConfigOf, type HostBatch, type ImageArray, type PackedSample, TesseraError } from '@tessera/core'
import * as v from 'valibot'
import type { CollateFunction } from './collateFunction.js'
import { gather } from './gather.js'

const schema = v.strictObject({})

interface DefaultCollateConfig extends ConfigOf<'default_collate', typeof schema> {}
declare module '@tessera/core' {
  interface CollateFunctionTypes {
    default_collate: DefaultCollateConfig
  }
}

/** For images of one size: the stacking itself happens in the preprocessor's one copy to the device, this promises that it can. */
@COLLATE_FUNCTIONS.registerModule({ name: 'default_collate' })
export class DefaultCollate implements CollateFunction {
  static readonly schema = schema

  /** @throws TesseraError SHAPE_MISMATCH naming the first image of another size; each view has a size of its own */
  collate(samples: readonly PackedSample[]): HostBatch {
    const batch = gather(samples)
    for (const images of [batch.inputs, ...(batch.views ?? [])]) checkSizes(images, samples)
    return batch
  }
}

function checkSizes(images: readonly ImageArray[], samples: readonly PackedSample[]): void {
  const [first] = images
  const odd = images.findIndex(
    ({ height, width, channels }) => height !== first?.height || width !== first.width || channels !== first.channels,
  )
  const other = images[odd]
  if (first === undefined || other === undefined) return
  throw new TesseraError('SHAPE_MISMATCH', {
    what: `the images of a batch differ in size (image ${odd})`,
    path: pathOf(samples[odd]),
    got: [other.height, other.width, other.channels],
    expected: [first.height, first.width, first.channels],
    hint: "Resize or crop in the pipeline, or use collate_fn { type: 'pseudo_collate' }, which pads.",
  })
}

function pathOf(sample: PackedSample | undefined): string | undefined {
  const path = sample?.data_samples.metainfo['img_path']
  return typeof path === 'string' ? path : undefined
}
