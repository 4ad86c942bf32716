import { CompiledFunction, tf, withPrecision } from '@tessera/runtime'
import { type Case, productsOf } from './cases.js'

/** A step that is nothing but the matrix products of a training step: the floor under every implementation on this library. */
export async function productStep(of: Case, bf16: boolean): Promise<() => Promise<number>> {
  const products = productsOf(of)
  // A left side of its own for each repetition: equal products of equal operands would be computed once.
  const operands = Object.fromEntries(
    products.flatMap(({ count, rows, inner, columns, times }, i) => [
      ...Array.from({ length: times }, (_, repetition) => [`x${i}.${repetition}`, tf.randomNormal([count, rows, inner])] as const),
      [`y${i}`, tf.randomNormal([count, inner, columns])] as const,
    ]),
  )
  const compiled = await CompiledFunction.create((inputs) =>
    withPrecision(bf16 ? 'bfloat16' : 'float32', () => {
      const corners = products.flatMap(({ times }, i) =>
        Array.from({ length: times }, (_, repetition) =>
          tf.slice(product(inputs[`x${i}.${repetition}`], inputs[`y${i}`]), [0, 0, 0], [1, 1, 1]),
        ),
      )
      return { outputs: [tf.addN(corners)], meta: undefined }
    }),
  )
  if (compiled === undefined) throw new TypeError('the floor needs the native backend')
  return async () => {
    const [sum] = compiled.run(operands).outputs
    const [value = Number.NaN] = (await sum?.data()) ?? []
    sum?.dispose()
    return value
  }
}

function product(x: tf.Tensor | undefined, y: tf.Tensor | undefined): tf.Tensor {
  if (x === undefined || y === undefined) throw new TypeError('an operand is missing')
  return tf.matMul(x, y)
}
