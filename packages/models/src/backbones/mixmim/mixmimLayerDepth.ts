import type { LayerDepth } from '@tessera/core'

/**
 * Depth of a MixMIM's parameter: embeddings 0, blocks by their place, a downsampling with the last block of its stage; the final norm and a
 * neck one before the head.
 */
export function mixmimLayerDepth(name: string, prefix: string, depths: readonly number[]): LayerDepth {
  const before = (stage: number) => depths.slice(0, stage).reduce((sum, depth) => sum + depth, 0)
  const numLayers = before(depths.length) + 2
  if (!name.startsWith(prefix)) return [numLayers - (name.startsWith('neck') ? 2 : 1), numLayers]
  const own = name.slice(prefix.length)
  if (own.includes('patch_embed') || own.includes('pos_embed')) return [0, numLayers]
  const [, stage, block] = /^layers\.(\d+)\.\w+\.(\w+)/.exec(own) ?? []
  if (stage === undefined || block === undefined) return [numLayers - 2, numLayers]
  return [/^\d+$/.test(block) ? before(Number(stage)) + Number(block) + 1 : before(Number(stage) + 1), numLayers]
}
