import type { Parameter } from '@tessera/nn'
import { tf } from '@tessera/runtime'

/** For rules that know axes by their place: PyTorch's order, which is the file's, and ours in memory. */
export interface FileOrder {
  toFile(tensor: tf.Tensor): tf.Tensor
  toMemory(tensor: tf.Tensor): tf.Tensor
}

const same: FileOrder = { toFile: (tensor) => tensor, toMemory: (tensor) => tensor }
/** [h, w, in, out] in memory, [out, in, h, w] in a file. */
const conv2d: FileOrder = {
  toFile: (tensor) => tf.transpose(tensor, [3, 2, 0, 1]),
  toMemory: (tensor) => tf.transpose(tensor, [2, 3, 1, 0]),
}

export function fileOrder(parameter: Parameter): FileOrder {
  return { same, conv2d }[parameter.layout]
}
