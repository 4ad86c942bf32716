/** Blocks, stride, expansion, channels of each stage: the first plain convolutions, the next two fused, the others inverted residuals. */
type Row = readonly [blocks: number, stride: number, expansion: number, channels: number]

interface Numbers {
  readonly stem: number
  readonly rows: readonly Row[]
  readonly last: number
}

const large = (blocks: readonly number[], stem: number, channels: readonly number[], last: number): Numbers => {
  const strides = [1, 2, 2, 2, 1, 2, 1]
  const expansions = [1, 4, 4, 4, 6, 6, 6]
  return { stem, last, rows: blocks.map((number, i): Row => [number, strides[i] ?? 1, expansions[i] ?? 1, channels[i] ?? 0]) }
}

const s = large([2, 4, 4, 6, 9, 15], 24, [24, 48, 64, 128, 160, 256], 1280)
const m = large([3, 5, 5, 7, 14, 18, 5], 24, [24, 48, 80, 160, 176, 304, 512], 1280)
const l = large([4, 7, 7, 10, 19, 25, 7], 32, [32, 64, 96, 192, 224, 384, 640], 1280)

/** MMPreTrain's tables (Tan & Le 2021, arXiv 2104.00298). */
export const EFFICIENT_V2_ARCHITECTURES = {
  s,
  small: s,
  m,
  medium: m,
  l,
  large: l,
  xl: large([4, 8, 8, 16, 24, 32, 8], 32, [32, 64, 96, 192, 256, 512, 640], 1280),
  b0: large([1, 2, 2, 3, 5, 8], 32, [16, 32, 48, 96, 112, 192], 1280),
  b1: large([2, 3, 3, 4, 6, 9], 32, [16, 32, 48, 96, 112, 192], 1280),
  b2: large([2, 3, 3, 4, 6, 10], 32, [16, 32, 56, 104, 120, 208], 1408),
  b3: large([2, 3, 3, 5, 7, 12], 40, [16, 40, 56, 112, 136, 232], 1536),
} as const
export type EfficientV2Architecture = keyof typeof EFFICIENT_V2_ARCHITECTURES

export interface EfficientV2Stage {
  readonly kind: 'conv' | 'fused' | 'inverted'
  readonly blocks: number
  readonly stride: number
  readonly expansion: number
  readonly channels: number
}

/** The network of this name: width of the stem and of the last 1×1, and what is between them. */
export function efficientV2Plan(arch: EfficientV2Architecture): { stem: number; last: number; stages: readonly EfficientV2Stage[] } {
  const { stem, rows, last } = EFFICIENT_V2_ARCHITECTURES[arch]
  const kindOf = (index: number) => (index === 0 ? 'conv' : index < 3 ? 'fused' : 'inverted')
  const stages = rows.map(([blocks, stride, expansion, channels], i) => ({ kind: kindOf(i), blocks, stride, expansion, channels }) as const)
  return { stem, last, stages }
}
