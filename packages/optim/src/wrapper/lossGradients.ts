import type { Parameter } from '@tessera/nn'
import { tf } from '@tessera/runtime'

/**
 * The value of a loss and its gradients with respect to the parameters that train. A parameter that the loss does not
 * reach has none: it is not in the map (PyTorch's `grad is None`), where tf.variableGrads would throw.
 * @param scale what the gradients are multiplied by; default 1
 */
export function lossGradients(
  loss: () => tf.Scalar,
  parameters: readonly Parameter[],
  scale?: tf.Scalar,
): { value: tf.Scalar; grads: Map<Parameter, tf.Tensor> } {
  const training = parameters.filter((parameter) => parameter.requiresGrad)
  // Typed as always giving a gradient; with the last argument it gives null or undefined for what the loss does not reach.
  const { value, grads } = tf.engine().gradients(
    loss,
    training.map((parameter) => parameter.variable),
    scale,
    true,
  ) as { value: tf.Scalar; grads: (tf.Tensor | null | undefined)[] }
  const found = new Map<Parameter, tf.Tensor>()
  training.forEach((parameter, i) => {
    const grad = grads[i]
    if (grad) found.set(parameter, grad)
  })
  return { value, grads: found }
}
