import type { HostBatch, PackedSample } from '@tessera/core'

/** What COLLATE_FUNCTIONS builds: samples to one batch. */
export interface CollateFunction {
  collate(samples: readonly PackedSample[]): HostBatch
}

export function isCollateFunction(value: object): value is CollateFunction {
  return 'collate' in value && typeof value.collate === 'function'
}
