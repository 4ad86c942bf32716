import { tf } from '../tf.js'
import { nativeBackend, typeAttribute } from './nativeBackend.js'

interface Rule {
  readonly kernel: string
  /** TensorFlow's op for the gradient: (gradients, features) → backprops. */
  readonly op: string
  /** The same by plain ops. @param y what the function gave */
  plain(dy: tf.Tensor, y: tf.Tensor): tf.Tensor
}

const RULES: readonly Rule[] = [
  { kernel: tf.Relu, op: 'ReluGrad', plain: (dy, y) => tf.mul(dy, tf.cast(tf.greater(y, 0), 'float32')) },
  {
    kernel: tf.Relu6,
    op: 'Relu6Grad',
    plain: (dy, y) => tf.mul(dy, tf.cast(tf.logicalAnd(tf.greater(y, 0), tf.less(y, 6)), 'float32')),
  },
]

let registered = false

/**
 * The gradients of ReLU and ReLU6 as TensorFlow's own ops of one pass, made from what the function gave: tfjs-node takes five passes (is it a
 * number, is it positive, two choices, a product) and keeps what went in as well, which nothing else needs. At 6 the gradient of ReLU6 is zero, as
 * PyTorch's; tfjs has one there.
 */
export function registerReluGradients(): void {
  if (registered) return
  registered = true
  for (const { kernel, op, plain } of RULES) {
    const gradient = (dy: tf.Tensor, y: tf.Tensor): tf.Tensor =>
      tf.getKernel(op, tf.getBackend()) === undefined ? plain(dy, y) : tf.engine().runKernel(op, { gradients: dy, features: y })
    tf.registerKernel({
      kernelName: op,
      backendName: 'tensorflow',
      kernelFunc: ({ inputs: { gradients, features } }) => {
        const native = nativeBackend()
        if (native === undefined || gradients === undefined || features === undefined)
          throw new TypeError(`${op} is an op of the native backend`)
        return native.executeSingleOutput(op, [typeAttribute(native, 'T', 'TF_FLOAT')], [gradients, features])
      },
    })
    tf.registerGradient({
      kernelName: op,
      inputsToSave: ['features'],
      gradFunc: (dy, saved) => {
        const [y] = saved as [tf.Tensor]
        return { gradients: () => gradient(dy as tf.Tensor, y), features: () => tf.zerosLike(y) }
      },
    })
    tf.unregisterGradient(kernel)
    tf.registerGradient({
      kernelName: kernel,
      outputsToSave: [true],
      gradFunc: (dy, saved) => ({ x: () => gradient(dy as tf.Tensor, saved[0] as tf.Tensor) }),
    })
  }
}
