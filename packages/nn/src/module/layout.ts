/**
 * How a parameter's axes in memory relate to the file. State dicts keep PyTorch's layout in every file;
 * a kernel that TensorFlow wants otherwise is transposed at this one boundary.
 */
export type Layout = 'same' | 'conv2d'

/** Axes of the file, in memory order: conv kernels are [out, in, h, w] in a file and [h, w, in, out] in memory. */
const PERMUTATIONS: Record<Layout, readonly number[] | undefined> = { same: undefined, conv2d: [2, 3, 1, 0] }

/** Shape in memory of a parameter whose file shape is `shape`. */
export function memoryShape(shape: readonly number[], layout: Layout): number[] {
  const permutation = PERMUTATIONS[layout]
  return permutation === undefined ? [...shape] : permutation.map((axis) => shape[axis] ?? 0)
}

/** Values in file order → memory order. */
export function toMemory(values: Float32Array, shape: readonly number[], layout: Layout): Float32Array {
  const permutation = PERMUTATIONS[layout]
  if (permutation === undefined) return values
  const [out = 0, into = 0, height = 0, width = 0] = shape
  return regroup(values, [out, into, height * width])
}

/** Values in memory order → file order. */
export function toFile(values: Float32Array, shape: readonly number[], layout: Layout): Float32Array {
  const permutation = PERMUTATIONS[layout]
  if (permutation === undefined) return values
  const [out = 0, into = 0, height = 0, width = 0] = shape
  return regroup(values, [height * width, into, out])
}

/** [a, b, c] → [c, b, a]. Writes lie side by side; reads come again in the same lines of the cache, as there are few `c` or few `a`. */
function regroup(values: Float32Array, [a, b, c]: readonly [number, number, number]): Float32Array {
  const out = new Float32Array(values.length)
  const step = b * c
  let target = 0
  for (let k = 0; k < c; k++) {
    for (let j = 0; j < b; j++) {
      let source = j * c + k
      for (let i = 0; i < a; i++, source += step) out[target++] = values[source] as number
    }
  }
  return out
}
