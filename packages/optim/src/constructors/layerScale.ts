import type { LayerDepth } from '@tessera/core'

/** rate^(layers above): 1 at the head, smallest next to the input. */
export function layerScale(rate: number, [depth, numLayers]: LayerDepth): number {
  return rate ** (numLayers - depth - 1)
}
