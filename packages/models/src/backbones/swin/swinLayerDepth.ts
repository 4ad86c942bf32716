import type { LayerDepth } from '@tessera/core'
import type { LayerDepthMode } from '../backboneOptions.js'

/**
 * Depth of a Swin's parameter: the embedding 0, block b of stage s by its place among all blocks, a downsampling with the last block of its
 * stage, everything else last. `strict` counts absolute positions to the embedding; MMPreTrain has them last.
 */
export function swinLayerDepth(name: string, prefix: string, depths: readonly number[], mode: LayerDepthMode): LayerDepth {
  const before = (stage: number) => depths.slice(0, stage).reduce((sum, depth) => sum + depth, 0)
  const numLayers = before(depths.length) + 2
  if (!name.startsWith(prefix)) return [numLayers - 1, numLayers]
  const own = name.slice(prefix.length)
  if (own.startsWith('patch_embed') || (mode === 'strict' && own.startsWith('absolute_pos_embed'))) return [0, numLayers]
  const [, stage, block] = /^stages\.(\d+)\.\w+\.(\w+)/.exec(own) ?? []
  if (stage === undefined || block === undefined) return [numLayers - 1, numLayers]
  const place = /^\d+$/.test(block) ? before(Number(stage)) + Number(block) + 1 : before(Number(stage) + 1)
  return [place, numLayers]
}
