import type { LayerDepth } from '@tessera/core'
import type { LayerDepthMode } from '../backboneOptions.js'

/**
 * Depth of a HiViT's parameter: embeddings 0, then the blocks. MMPreTrain looks for `layers`, which are called `blocks` here, and so has
 * every block at the last depth; `strict` has block i at i + 1.
 */
export function hivitLayerDepth(name: string, prefix: string, numBlocks: number, mode: LayerDepthMode): LayerDepth {
  const numLayers = numBlocks + 2
  if (!name.startsWith(prefix)) return [numLayers - 1, numLayers]
  const own = name.slice(prefix.length)
  if (own === 'pos_embed' || own.startsWith('patch_embed')) return [0, numLayers]
  const block = mode === 'strict' ? /^blocks\.(\d+)\./.exec(own)?.[1] : undefined
  return [block === undefined ? numLayers - 1 : Number(block) + 1, numLayers]
}
