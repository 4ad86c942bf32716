import type { LayerDepth } from '@tessera/core'

/**
 * Depth of a ConvNeXt's parameter: the stem 0, the first two stages 1 and 2, the third in groups of three blocks, the last stage with the
 * deepest of those, everything else last. Twelve depths where the third stage has more than nine blocks, else six (arXiv 2201.03545).
 */
export function convNeXtLayerDepth(name: string, prefix: string, depths: readonly number[]): LayerDepth {
  const deepest = (depths.at(-2) ?? 0) > 9 ? 12 : 6
  const numLayers = deepest + 2
  const [, kind, stageText, blockText] = /^(downsample_layers|stages)\.(\d+)\.(\d+)/.exec(name.slice(prefix.length)) ?? []
  if (!name.startsWith(prefix) || kind === undefined) return [numLayers - 1, numLayers]
  const [stage, block] = [Number(stageText), Number(blockText)]
  if (stage > 2) return [deepest, numLayers]
  if (kind === 'downsample_layers') return [stage === 0 ? 0 : stage + 1, numLayers]
  return [stage < 2 ? stage + 1 : 3 + Math.floor(block / 3), numLayers]
}
