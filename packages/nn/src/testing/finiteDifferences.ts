import { tf } from '@tessera/runtime'

export type Op = (inputs: tf.Tensor[]) => tf.Tensor

/** Σ op(inputs) · c with fixed c, so that no gradient is trivially zero. */
function probe(op: Op, inputs: tf.Tensor[]): tf.Scalar {
  const output = op(inputs)
  return tf.sum(tf.mul(output, tf.reshape(tf.cos(tf.range(0, output.size)), output.shape)))
}

/** The largest |gradient − central difference| over three places of every input, relative to the difference where that is above 1. */
export async function gradientError(op: Op, shapes: readonly number[][], step = 1e-2): Promise<number> {
  const inputs = shapes.map((shape, i) => tf.randomNormal(shape, 0, 1, 'float32', i + 1))
  const gradients = tf.tidy(() => tf.grads((...args: tf.Tensor[]) => probe(op, args))(inputs))
  let worst = 0
  for (const [which, input] of inputs.entries()) {
    const values = Float32Array.from(await input.data())
    const gradient = (await gradients[which]?.data()) ?? []
    for (const place of [0, Math.floor(values.length / 2), values.length - 1]) {
      const at = async (delta: number) => {
        const moved = values.slice()
        moved[place] = (moved[place] ?? 0) + delta
        const value = tf.tidy(() =>
          probe(
            op,
            inputs.map((one, i) => (i === which ? tf.tensor(moved, input.shape) : one)),
          ),
        )
        const [number = Number.NaN] = await value.data()
        value.dispose()
        return number
      }
      const numeric = ((await at(step)) - (await at(-step))) / (2 * step)
      worst = Math.max(worst, Math.abs(numeric - (gradient[place] ?? Number.NaN)) / Math.max(1, Math.abs(numeric)))
    }
  }
  tf.dispose([inputs, gradients])
  return worst
}
