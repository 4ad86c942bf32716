import { type Initializer, sizeOf, uniform } from '@tessera/nn'

/** Xavier's bounds for a patch embedding [dims, …] taken as one linear layer. */
export function xavierOfPatches(shape: readonly number[]): Initializer {
  const [dims = 1] = shape
  const bound = Math.sqrt(6 / (sizeOf(shape) / dims + dims))
  return uniform(-bound, bound)
}
