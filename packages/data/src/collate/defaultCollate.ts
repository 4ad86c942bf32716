import { COLLATE_FUNCTIONS, type ConfigOf, type HostBatch, type PackedSample, TesseraError } from '@tessera/core'
import * as v from 'valibot'
import type { CollateFunction } from './collateFunction.js'

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

  /** @throws TesseraError SHAPE_MISMATCH naming the first image of another size */
  collate(samples: readonly PackedSample[]): HostBatch {
    const inputs = samples.map((sample) => sample.inputs)
    const [first] = inputs
    const odd = inputs.findIndex(
      ({ height, width, channels }) => height !== first?.height || width !== first.width || channels !== first.channels,
    )
    const other = inputs[odd]
    if (first !== undefined && other !== undefined) {
      throw new TesseraError('SHAPE_MISMATCH', {
        what: `the images of a batch differ in size (image ${odd})`,
        path: pathOf(samples[odd]),
        got: [other.height, other.width, other.channels],
        expected: [first.height, first.width, first.channels],
        hint: "Resize or crop in the pipeline, or use collate_fn { type: 'pseudo_collate' }, which pads.",
      })
    }
    return { inputs, data_samples: samples.map((sample) => sample.data_samples) }
  }
}

function pathOf(sample: PackedSample | undefined): string | undefined {
  const path = sample?.data_samples.metainfo['img_path']
  return typeof path === 'string' ? path : undefined
}
