import { tf } from '@tessera/runtime'

/** Keeps tensors of the forward pass for the backward pass. */
export type Save = (tensors: tf.Tensor[]) => void

export interface DifferentiableBody {
  readonly value: tf.Tensor
  /** @returns the gradient of each input, in order, in its shape */
  readonly gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.Tensor[]
}

/**
 * An op with a hand-written gradient: fewer kernels than the tape would run. `body` may use `inputs` from its closure;
 * what its gradient needs goes through `save`, for everything else is gone by then.
 */
export function differentiable(inputs: readonly tf.Tensor[], body: (save: Save) => DifferentiableBody): tf.Tensor {
  const op = tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const save = args[args.length - 1]
    return body((tensors) => {
      if (typeof save === 'function') save(tensors)
    })
  })
  return op(...inputs)
}
