import { nativeBackend, typeAttribute } from '../backend/nativeBackend.js'
import { tf } from '../tf.js'
import { type SeedPair, statelessNormalValues, statelessUniformValues } from './statelessValues.js'

/** A seed pair whose second number may be a tensor (int32 scalar), so that a recorded step can feed it anew. */
export type StatelessSeed = readonly [number, number | tf.Scalar]

/** Uniform float32 numbers in [0, 1): a TensorFlow op on the native backend, the same bits from JavaScript on the others. */
export function statelessUniform(shape: readonly number[], seed: StatelessSeed): tf.Tensor {
  return draw('StatelessRandomUniform', statelessUniformValues, shape, seed)
}

/** Standard normal float32 numbers; native and JavaScript agree to 1e-6. */
export function statelessNormal(shape: readonly number[], seed: StatelessSeed): tf.Tensor {
  return draw('StatelessRandomNormal', statelessNormalValues, shape, seed)
}

type Values = (count: number, seed: SeedPair) => Float32Array

function draw(op: string, values: Values, shape: readonly number[], [first, second]: StatelessSeed): tf.Tensor {
  const native = nativeBackend()
  if (!native) {
    const step = typeof second === 'number' ? second : (second.dataSync()[0] ?? 0)
    return tf.tensor(values(tf.util.sizeFromShape([...shape]), [first, step]), [...shape], 'float32')
  }
  return tf.tidy(() => {
    const seed =
      typeof second === 'number' ? tf.tensor1d([first | 0, second | 0], 'int32') : tf.stack([tf.scalar(first | 0, 'int32'), second])
    const attributes = [
      typeAttribute(native, 'dtype', 'TF_FLOAT'),
      typeAttribute(native, 'T', 'TF_INT32'),
      typeAttribute(native, 'Tseed', 'TF_INT32'),
    ]
    return native.executeSingleOutput(op, attributes, [tf.tensor1d([...shape], 'int32'), seed])
  })
}
