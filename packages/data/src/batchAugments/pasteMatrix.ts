/**
 * A matrix that shrinks an axis of `length` into the places from `start` to `end` (bilinear, as torch's interpolate with
 * align_corners=False), its other rows zero: row by row, [length · length].
 */
export function pasteMatrix(length: number, start: number, end: number): Float32Array {
  const matrix = new Float32Array(length * length)
  const scale = length / Math.max(1, end - start)
  for (let to = start; to < end; to++) {
    const exact = Math.max(0, (to - start + 0.5) * scale - 0.5)
    const first = Math.min(Math.floor(exact), length - 1)
    const next = Math.min(first + 1, length - 1)
    const rest = exact - first
    matrix[to * length + first] = (matrix[to * length + first] ?? 0) + 1 - rest
    matrix[to * length + next] = (matrix[to * length + next] ?? 0) + rest
  }
  return matrix
}
