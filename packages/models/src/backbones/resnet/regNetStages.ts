/** RegNet's six numbers for a whole network (Radosavovic et al. 2020, arXiv 2003.13678). */
export interface RegNetNumbers {
  /** Width of the first block, a multiple of 8. */
  readonly w0: number
  /** Growth of the width from block to block. */
  readonly wa: number
  /** Step from one stage's width to the next, as a factor. */
  readonly wm: number
  readonly group_w: number
  readonly depth: number
  /** Width inside a block over its width. */
  readonly bot_mul: number
}

export interface RegNetStage {
  readonly blocks: number
  readonly width: number
  readonly groupWidth: number
  readonly groups: number
}

/** Widths on a line, rounded to powers of `wm` and multiples of 8; equal neighbours make a stage, its width a multiple of its groups'. */
export function regNetStages({ w0, wa, wm, group_w: groupW, depth, bot_mul: bottleneck }: RegNetNumbers): RegNetStage[] {
  const widths = Array.from({ length: depth }, (_, block) => {
    const power = roundHalfToEven(Math.log((block * wa + w0) / w0) / Math.log(wm))
    return roundHalfToEven((w0 * wm ** power) / 8) * 8
  })
  return [...new Set(widths)].map((width) => {
    const inside = Math.trunc(width * bottleneck)
    const groupWidth = Math.min(groupW, inside)
    const fitting = Math.trunc((roundHalfToEven(inside / groupWidth) * groupWidth) / bottleneck)
    const groups = Math.floor(roundHalfToEven(fitting * bottleneck) / groupWidth)
    return { blocks: widths.filter((one) => one === width).length, width: fitting, groupWidth, groups }
  })
}

/** As numpy and Python round. */
function roundHalfToEven(value: number): number {
  const low = Math.floor(value)
  const rest = value - low
  if (rest !== 0.5) return Math.round(value)
  return low % 2 === 0 ? low : low + 1
}
