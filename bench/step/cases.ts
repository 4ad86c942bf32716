/** A ViT on square images in patches of 16, 1,000 classes. */
export interface Case {
  readonly name: string
  readonly width: number
  readonly layers: number
  readonly heads: number
  /** Side of the images in pixels. */
  readonly image: number
  readonly batch: number
}

export const CASES: readonly Case[] = [
  { name: 'D64 L6 T65 B32', width: 64, layers: 6, heads: 4, image: 128, batch: 32 },
  { name: 'D192 L12 T65 B16', width: 192, layers: 12, heads: 3, image: 128, batch: 16 },
  { name: 'D384 L12 T197 B8', width: 384, layers: 12, heads: 6, image: 224, batch: 8 },
  { name: 'ViT-B/16 B4', width: 768, layers: 12, heads: 12, image: 224, batch: 4 },
]

/** A matrix product [rows, inner] × [inner, columns], `count` of them at once, done `times` a step. */
export interface Product {
  readonly count: number
  readonly rows: number
  readonly inner: number
  readonly columns: number
  readonly times: number
}

/** All products of a training step: one forward and two backward for each. The first layer's image gradient is not needed. */
export function productsOf({ width, layers, heads, image, batch }: Case): Product[] {
  const patches = (image / 16) ** 2
  const tokens = patches + 1
  const rows = batch * tokens
  const head = width / heads
  const linear = (inner: number, columns: number, times: number, on = rows): Product[] => [
    { count: 1, rows: on, inner, columns, times },
    { count: 1, rows: on, inner: columns, columns: inner, times },
    { count: 1, rows: inner, inner: on, columns, times },
  ]
  const heads3d = (inner: number, columns: number, times: number): Product => ({
    count: batch * heads,
    rows: tokens,
    inner,
    columns,
    times,
  })
  return [
    { count: 1, rows: batch * patches, inner: 768, columns: width, times: 1 },
    { count: 1, rows: 768, inner: batch * patches, columns: width, times: 1 },
    ...linear(width, 3 * width, layers),
    ...linear(width, width, layers),
    ...linear(width, 4 * width, layers),
    ...linear(4 * width, width, layers),
    // q·kᵀ, the gradient of the weights; then weights·v and three more gradients.
    heads3d(head, tokens, 2 * layers),
    heads3d(tokens, head, 4 * layers),
    ...linear(width, 1000, 1, batch),
  ]
}
