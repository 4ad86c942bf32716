/** `corner` adds zeros at the bottom and right until windows cover the image; `same` does so on both sides. */
export type AdaptivePadding = 'corner' | 'same'

/** Pixels from the first to the last that a dilated kernel sees. */
export function reachOf(kernel: number, dilation: number): number {
  return dilation * (kernel - 1) + 1
}

/** Zeros [before, after] an axis of this size, so that windows that see `reach` pixels cover it. */
export function adaptivePads(size: number, reach: number, stride: number, kind: AdaptivePadding): [number, number] {
  const missing = Math.max(0, (Math.ceil(size / stride) - 1) * stride + reach - size)
  const before = kind === 'same' ? Math.floor(missing / 2) : 0
  return [before, missing - before]
}
