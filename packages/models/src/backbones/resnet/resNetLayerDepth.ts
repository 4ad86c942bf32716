import { type LayerDepth, TesseraError } from '@tessera/core'
import type { LayerDepthMode } from '../backboneOptions.js'

/** How many blocks of the second and of the third stage share a depth. */
function blocksPerDepth(stageBlocks: readonly number[]): readonly [number, number] | undefined {
  const [, second = 0, third = 0] = stageBlocks
  if (second === 4 && (third === 6 || third === 23)) return [2, 3]
  if ((second === 8 || second === 24) && third === 36) return [4, 4]
  if (second === 30 && third === 48) return [5, 6]
  return undefined
}

/**
 * Depth of a ResNet's parameter: the stem 0, the first stage 1, then groups of blocks, the last stage one below the head.
 * MMPreTrain knows only the block counts of 34, 50, 101, 152, 200 and 269 layers, and finds stages only under the name `backbone.`;
 * `strict` groups others as ResNet-50, and finds stages under any prefix.
 * @throws TesseraError NO_LAYER_DEPTH for a depth that the reference does not know
 */
export function resNetLayerDepth(name: string, prefix: string, stageBlocks: readonly number[], mode: LayerDepthMode): LayerDepth {
  const per = blocksPerDepth(stageBlocks) ?? (mode === 'strict' ? ([2, 3] as const) : undefined)
  if (per === undefined) {
    throw new TesseraError('NO_LAYER_DEPTH', {
      what: 'a ResNet with these numbers of blocks has no layer depths in MMPreTrain',
      got: stageBlocks,
      expected: 'a depth of 34, 50, 101, 152, 200 or 269',
      hint: "Give the backbone `layer_depth: 'strict'`: blocks are then grouped as in ResNet-50.",
    })
  }
  const [, second = 0, third = 0] = stageBlocks
  const [levels2, levels3] = [Math.ceil(second / per[0]), Math.ceil(third / per[1])]
  const last = 2 + levels2 + levels3
  const numLayers = last + 2
  if (!name.startsWith(prefix)) return [numLayers - 1, numLayers]
  const place = /^layer(\d+)\.(\d+)\./.exec(name.slice((mode === 'strict' ? prefix : 'backbone.').length))
  if (place === null || (mode === 'reference' && !name.startsWith('backbone.'))) return [0, numLayers]
  const [stage, block] = [Number(place[1]), Number(place[2])]
  if (stage === 1) return [1, numLayers]
  if (stage === 2) return [2 + Math.floor(block / per[0]), numLayers]
  return [stage === 3 ? 2 + levels2 + Math.floor(block / per[1]) : last, numLayers]
}
