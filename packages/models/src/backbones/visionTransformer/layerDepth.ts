import type { LayerDepth } from '@tessera/core'
import type { LayerDepthMode } from '../backboneOptions.js'

/**
 * Depth of a ViT's parameter for layer-wise learning-rate decay: 0 for what meets the input first, i + 1 for block i, and the last
 * depth for everything else (final norm, head). MMPreTrain counts `pre_norm`, the distillation token and BEiT's shared bias to the
 * last, too; `strict` has them at the input, where they are.
 */
export function vitLayerDepth(paramName: string, prefix: string, numBlocks: number, mode: LayerDepthMode = 'reference'): LayerDepth {
  const numLayers = numBlocks + 2
  if (!paramName.startsWith(prefix)) return [numLayers - 1, numLayers]
  const name = paramName.slice(prefix.length)
  if (name === 'cls_token' || name === 'pos_embed' || name.startsWith('patch_embed')) return [0, numLayers]
  if (mode === 'strict' && (name === 'dist_token' || name.startsWith('pre_norm.') || name.startsWith('rel_pos_bias.')))
    return [0, numLayers]
  const block = /^layers\.(\d+)\./.exec(name)?.[1]
  return [block === undefined ? numLayers - 1 : Number(block) + 1, numLayers]
}
