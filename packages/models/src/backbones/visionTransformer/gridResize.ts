/** How a position embedding is brought to another grid: PyTorch's modes for two axes, `align_corners` off. */
export const INTERPOLATE_MODES = ['nearest', 'nearest-exact', 'bilinear', 'bicubic', 'area'] as const
export type InterpolateMode = (typeof INTERPOLATE_MODES)[number]

export type Grid = readonly [number, number]

/** Row i holds how much each of `from` values counts for value i of `to`: [to, from]. */
export function axisWeights(mode: InterpolateMode, from: number, to: number): Float64Array {
  const weights = new Float64Array(to * from)
  const scale = from / to
  const add = (target: number, source: number, weight: number) => {
    const at = target * from + Math.min(Math.max(source, 0), from - 1)
    weights[at] = (weights[at] ?? 0) + weight
  }
  for (let i = 0; i < to; i++) {
    const centre = scale * (i + 0.5) - 0.5
    switch (mode) {
      case 'nearest':
        add(i, Math.floor(i * scale), 1)
        break
      case 'nearest-exact':
        add(i, Math.floor((i + 0.5) * scale), 1)
        break
      case 'bilinear': {
        const place = Math.max(centre, 0)
        const low = Math.floor(place)
        add(i, low, 1 - (place - low))
        add(i, low + 1, place - low)
        break
      }
      case 'bicubic': {
        const low = Math.floor(centre)
        for (let k = -1; k <= 2; k++) add(i, low + k, cubic(Math.abs(centre - low - k)))
        break
      }
      case 'area': {
        const start = Math.floor(i * scale)
        const end = Math.ceil((i + 1) * scale)
        for (let k = start; k < end; k++) add(i, k, 1 / (end - start))
        break
      }
    }
  }
  return weights
}

/** Keys' cubic kernel with PyTorch's a = −0.75. */
function cubic(x: number): number {
  const a = -0.75
  if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1
  return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0
}

/** Both axes at once, row-major grids: [to rows · to columns, from rows · from columns]. */
export function gridWeights(mode: InterpolateMode, from: Grid, to: Grid): Float32Array {
  const rows = axisWeights(mode, from[0], to[0])
  const columns = axisWeights(mode, from[1], to[1])
  const weights = new Float32Array(to[0] * to[1] * from[0] * from[1])
  let at = 0
  for (let y = 0; y < to[0]; y++)
    for (let x = 0; x < to[1]; x++)
      for (let v = 0; v < from[0]; v++)
        for (let u = 0; u < from[1]; u++) weights[at++] = (rows[y * from[0] + v] ?? 0) * (columns[x * from[1] + u] ?? 0)
  return weights
}
