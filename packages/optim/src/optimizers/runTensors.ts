import { tf } from '@tessera/runtime'
import type { ExecutionGroup, Member } from './executionGroups.js'

/** How the tensors of a run of members become those that a rule takes, and back. */
export interface RunTensors {
  readonly begin: number
  readonly length: number
  /** One tensor of all members' tensors; of a parameter alone, its own. */
  flatten(tensors: readonly tf.Tensor[]): tf.Tensor
  /** The members' tensors out of one. */
  split(flat: tf.Tensor): tf.Tensor[]
  /** The run's part of a slot. */
  part(slot: tf.Tensor): tf.Tensor
  /** A slot with the run's part replaced. */
  replace(slot: tf.Tensor, part: tf.Tensor): tf.Tensor
}

export function runTensors(execution: ExecutionGroup, run: readonly Member[]): RunTensors {
  const begin = run[0]?.offset ?? 0
  const length = run.reduce((sum, { size }) => sum + size, 0)
  const alone = execution.members.length === 1
  const whole = length === execution.size
  return {
    begin,
    length,
    flatten(tensors) {
      const [first] = tensors
      if (alone && first !== undefined) return first
      const flat = tensors.map((tensor) => tf.reshape(tensor, [-1]))
      return flat.length === 1 && flat[0] !== undefined ? flat[0] : tf.concat(flat)
    },
    split(flat) {
      if (alone) return [flat]
      const parts =
        run.length === 1
          ? [flat]
          : tf.split(
              flat,
              run.map(({ size }) => size),
            )
      return parts.map((part, i) => tf.reshape(part, run[i]?.parameter.variable.shape ?? []))
    },
    part: (slot) => (whole ? slot : tf.slice(slot, [begin], [length])),
    replace(slot, part) {
      if (whole) return part
      const after = begin + length
      const pieces = [
        ...(begin > 0 ? [tf.slice(slot, [0], [begin])] : []),
        part,
        ...(after < execution.size ? [tf.slice(slot, [after], [execution.size - after])] : []),
      ]
      return tf.concat(pieces)
    },
  }
}
