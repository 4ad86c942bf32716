/** What one kernel of TensorFlow.js computed, by its shapes. */
export interface KernelShapes {
  readonly name: string
  readonly inputShapes: readonly (readonly number[])[]
  readonly outputShapes: readonly (readonly number[])[]
}

export interface KernelCost {
  /** Multiply-adds count one, as in the reference. */
  readonly flops: number
  /** Numbers written by products and convolutions. */
  readonly activations: number
}

const FREE: KernelCost = { flops: 0, activations: 0 }

/** Multiply-adds of a product or convolution; elementwise work counts nothing, as in the reference. */
export function kernelCost({ name, inputShapes, outputShapes }: KernelShapes): KernelCost {
  const [x = [], filter = []] = inputShapes
  const written = product(outputShapes[0] ?? [])
  switch (name) {
    case 'BatchMatMul':
    case '_FusedMatMul': {
      const rows = outputShapes[0]?.at(-2) ?? 1
      // Of the first factor, transposed or not, what is not rows is summed over.
      return { flops: written * (product(x.slice(-2)) / rows), activations: written }
    }
    case 'Conv2D':
    case 'FusedConv2D':
      return { flops: written * product(filter.slice(0, 3)), activations: written }
    case 'DepthwiseConv2dNative':
    case 'FusedDepthwiseConv2D':
      return { flops: written * product(filter.slice(0, 2)), activations: written }
    default:
      return FREE
  }
}

export function product(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1)
}
