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
  return permutation === undefined ? values : transpose(values, shape, permutation)
}

/** Values in memory order → file order. */
export function toFile(values: Float32Array, shape: readonly number[], layout: Layout): Float32Array {
  const permutation = PERMUTATIONS[layout]
  if (permutation === undefined) return values
  const inverse = permutation.map((_, axis) => permutation.indexOf(axis))
  return transpose(values, memoryShape(shape, layout), inverse)
}

function transpose(values: Float32Array, shape: readonly number[], permutation: readonly number[]): Float32Array {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1))
  const outShape = permutation.map((axis) => shape[axis] ?? 0)
  const outStrides = permutation.map((axis) => strides[axis] ?? 0)
  const out = new Float32Array(values.length)
  const index = new Array<number>(outShape.length).fill(0)
  let source = 0
  for (let target = 0; target < out.length; target++) {
    out[target] = values[source] ?? 0
    for (let axis = outShape.length - 1; axis >= 0; axis--) {
      const stride = outStrides[axis] ?? 0
      index[axis] = (index[axis] ?? 0) + 1
      source += stride
      if ((index[axis] ?? 0) < (outShape[axis] ?? 0)) break
      source -= stride * (outShape[axis] ?? 0)
      index[axis] = 0
    }
  }
  return out
}
