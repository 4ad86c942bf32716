import { TesseraError } from '@tessera/core'
import { Buffer, type Module, sizeOf } from '@tessera/nn'
import { tf } from '@tessera/runtime'

/** The last so many features, newest over oldest, in the state dict: `NAME` [channels, length] and the place to write next, `NAME_ptr`. */
export class FeatureQueue {
  private readonly values: Buffer
  private readonly next: Buffer

  constructor(
    owner: Module,
    private readonly name: string,
    private readonly channels: number,
    private readonly length: number,
  ) {
    this.values = owner.registerBuffer(name, new Buffer([channels, length], { init: (random, shape) => unitColumns(random, shape) }))
    this.next = owner.registerBuffer(`${name}_ptr`, new Buffer([1]))
  }

  /** Similarities of features [batch, channels] and the queue's: [batch, length]. The queue learns nothing from it. */
  similarities(features: tf.Tensor): tf.Tensor {
    return tf.matMul(features, this.values.variable)
  }

  /** Inside a step: features [batch, channels] in place of the oldest. */
  push(features: tf.Tensor): void {
    const [batch = 0] = features.shape
    if (batch === 0 || this.length % batch !== 0) {
      throw new TesseraError('INVALID_OPTIONS', {
        what: 'the queue of features cannot be filled by batches of this size',
        path: this.name,
        got: batch,
        expected: `a batch size that divides queue_len ${this.length}`,
      })
    }
    const slots = this.length / batch
    const slot = tf.cast(tf.div(this.next.variable, batch), 'int32')
    const chosen = tf.reshape(tf.equal(tf.range(0, slots, 1, 'int32'), slot), [1, slots, 1])
    const written = tf.reshape(tf.transpose(features), [this.channels, 1, batch])
    const updated = tf.where(chosen, written, tf.reshape(this.values.variable, [this.channels, slots, batch]))
    this.values.variable.assign(tf.reshape(updated, [this.channels, this.length]))
    const after = tf.add(this.next.variable, batch)
    this.next.variable.assign(tf.where(tf.greaterEqual(after, this.length), tf.zerosLike(after), after))
  }
}

/** Columns even over the sphere. */
function unitColumns(random: { normal(): number }, shape: readonly number[]): Float32Array {
  const [channels = 0, length = 0] = shape
  const values = Float32Array.from({ length: sizeOf(shape) }, () => random.normal())
  for (let column = 0; column < length; column++) {
    let square = 0
    for (let row = 0; row < channels; row++) square += (values[row * length + column] ?? 0) ** 2
    const scale = 1 / Math.max(Math.sqrt(square), 1e-12)
    for (let row = 0; row < channels; row++) values[row * length + column] = (values[row * length + column] ?? 0) * scale
  }
  return values
}

/** Rows [batch, channels] of length 1. */
export function unitRows(x: tf.Tensor): tf.Tensor {
  return tf.div(x, tf.maximum(tf.sqrt(tf.sum(tf.square(x), 1, true)), 1e-12))
}
