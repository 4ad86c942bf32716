import { makeDivisible } from '../../layers/makeDivisible.js'

/** One block: kernel, channels, squeeze ratio (0: none), stride, expansion, and whether it is an edge block (one full convolution). */
export interface BlockRow {
  readonly kernel: number
  readonly channels: number
  readonly squeeze: number
  readonly stride: number
  readonly expansion: number
  readonly edge: boolean
}

/** Kernel, channels, squeeze ratio, stride, expansion, blocks. */
type Run = readonly [number, number, number, number, number, number]

/** EfficientNet-B0's stages, as runs of like blocks (Tan & Le 2019, arXiv 1905.11946). */
const BASE: readonly (readonly Run[])[] = [
  [[3, 16, 4, 1, 1, 1]],
  [[3, 24, 4, 2, 6, 2]],
  [[5, 40, 4, 2, 6, 2]],
  [
    [3, 80, 4, 2, 6, 3],
    [5, 112, 4, 1, 6, 3],
  ],
  [
    [5, 192, 4, 2, 6, 4],
    [3, 320, 4, 1, 6, 1],
  ],
]

/** EfficientNet-EdgeTPU's; the first three stages are edge blocks. */
const EDGE: readonly (readonly Run[])[] = [
  [[3, 24, 0, 1, 3, 1]],
  [[3, 32, 0, 2, 8, 2]],
  [[3, 48, 0, 2, 8, 4]],
  [
    [5, 96, 0, 2, 8, 5],
    [5, 144, 0, 1, 8, 4],
  ],
  [[5, 192, 0, 2, 8, 2]],
]

/** Width and depth over the base's. */
export const EFFICIENT_ARCHITECTURES = {
  b0: [1, 1],
  b1: [1, 1.1],
  b2: [1.1, 1.2],
  b3: [1.2, 1.4],
  b4: [1.4, 1.8],
  b5: [1.6, 2.2],
  b6: [1.8, 2.6],
  b7: [2, 3.1],
  b8: [2.2, 3.6],
  l2: [4.3, 5.3],
  es: [1, 1],
  em: [1, 1.1],
  el: [1.2, 1.4],
} as const
export type EfficientArchitecture = keyof typeof EFFICIENT_ARCHITECTURES

export interface EfficientPlan {
  readonly stem: number
  readonly last: number
  readonly stages: readonly (readonly BlockRow[])[]
}

/** The network of this name: runs grow in width and in number of blocks; one that does not stride joins the stage before it, the first excepted. */
export function efficientPlan(arch: EfficientArchitecture): EfficientPlan {
  const [width, depth] = EFFICIENT_ARCHITECTURES[arch]
  const isEdge = arch.startsWith('e')
  const stages: BlockRow[][] = []
  for (const [index, runs] of (isEdge ? EDGE : BASE).entries()) {
    for (const [kernel, channels, squeeze, stride, expansion, blocks] of runs) {
      const rows = Array.from({ length: Math.ceil(depth * blocks) }, (_, block): BlockRow => {
        const scaled = makeDivisible(channels * width, 8)
        return { kernel, channels: scaled, squeeze, stride: block === 0 ? stride : 1, expansion, edge: isEdge && index < 3 }
      })
      const before = stages.at(-1)
      if (stride === 1 && before !== undefined) before.push(...rows)
      else stages.push(rows)
    }
  }
  return { stem: makeDivisible(32 * width, 8), last: makeDivisible(1280 * width, 8), stages }
}
