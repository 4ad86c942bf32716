import { COLLATE_FUNCTIONS, type ConfigOf, type HostBatch, type PackedSample } from '@tessera/core'
import * as v from 'valibot'
import type { CollateFunction } from './collateFunction.js'
import { gather } from './gather.js'

const schema = v.strictObject({})

interface PseudoCollateConfig extends ConfigOf<'pseudo_collate', typeof schema> {}
declare module '@tessera/core' {
  interface CollateFunctionTypes {
    pseudo_collate: PseudoCollateConfig
  }
}

/** Lists, nothing stacked, so that images may differ in size (the preprocessor pads them). MMEngine's default. */
@COLLATE_FUNCTIONS.registerModule({ name: 'pseudo_collate' })
export class PseudoCollate implements CollateFunction {
  static readonly schema = schema

  collate(samples: readonly PackedSample[]): HostBatch {
    return gather(samples)
  }
}
