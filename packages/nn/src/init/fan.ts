import { TesseraError } from '@tessera/core'
import { sizeOf } from '../module/parameter.js'

/** Inputs that one output of a weight [out, in, …kernel] sums over. */
export function fanIn(shape: readonly number[]): number {
  return sizeOf(matrixShape(shape).slice(1))
}

/** Outputs that one input of a weight [out, in, …kernel] goes into. */
export function fanOut(shape: readonly number[]): number {
  const [out = 0, , ...kernel] = matrixShape(shape)
  return out * sizeOf(kernel)
}

function matrixShape(shape: readonly number[]): readonly number[] {
  if (shape.length >= 2) return shape
  throw new TesseraError('INVALID_ARGUMENT', {
    what: 'a weight with fewer than two axes has no fan in and fan out',
    got: shape,
    hint: 'Xavier and Kaiming are for Linear and Conv2d; name them in `layer`.',
  })
}
