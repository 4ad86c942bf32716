import type { LayerDepth } from '@tessera/core'

/**
 * Depth of a ViT's parameter for layer-wise learning-rate decay: 0 for what meets the input first, i + 1 for block i, and the last
 * depth for everything else (final norm, head; pre_norm too, as MMPreTrain counts it).
 */
export function vitLayerDepth(paramName: string, prefix: string, numBlocks: number): LayerDepth {
  const numLayers = numBlocks + 2
  if (!paramName.startsWith(prefix)) return [numLayers - 1, numLayers]
  const name = paramName.slice(prefix.length)
  if (name === 'cls_token' || name === 'pos_embed' || name.startsWith('patch_embed')) return [0, numLayers]
  const block = /^layers\.(\d+)\./.exec(name)?.[1]
  return [block === undefined ? numLayers - 1 : Number(block) + 1, numLayers]
}
