import { TesseraError } from '@tessera/core'

/** What matrix products and convolutions are computed in. */
export type Precision = 'float32' | 'bfloat16'

let current: Precision = 'float32'

/**
 * Runs `fn` (synchronously) as PyTorch's autocast does: in the compiled step its matrix products and convolutions, and those of their
 * gradients, take bfloat16 operands; everything else, and what they give, is float32. Op by op there is no bfloat16 in TensorFlow.js:
 * there it changes nothing.
 */
export function withPrecision<T>(precision: Precision, fn: () => T): T {
  const outer = current
  current = precision
  try {
    return fn()
  } finally {
    current = outer
  }
}

export function currentPrecision(): Precision {
  return current
}

/** Ops that autocast takes to bfloat16 on a CPU (torch.amp's list: linear, matmul, bmm, conv, and their gradients). */
export const LOW_PRECISION_OPS: ReadonlySet<string> = new Set([
  'BatchMatMulV2',
  'MatMul',
  'Conv2D',
  'Conv2DBackpropInput',
  'Conv2DBackpropFilter',
])

/** `dtype` of an AmpOptimWrapper. @throws TesseraError UNSUPPORTED for float16, which no CPU computes products in */
export function checkPrecision(dtype: string, path: string): Precision {
  if (dtype === 'bfloat16' || dtype === 'float32') return dtype
  throw new TesseraError('UNSUPPORTED', {
    what: dtype === 'float16' ? 'float16 needs a GPU' : 'no such precision for mixed training',
    path,
    got: dtype,
    expected: "'bfloat16'",
    hint: "On a CPU use dtype 'bfloat16' (the default here): it needs no loss scaling.",
  })
}
