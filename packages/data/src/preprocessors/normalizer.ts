import { TesseraError } from '@tessera/core'
import { tf } from '@tessera/runtime'

interface Affine {
  readonly scale: tf.Tensor1D
  readonly shift: tf.Tensor1D
}

type Statistic = readonly number[] | null | undefined

/** (x − mean) / std for each channel, as x · scale + shift. Its tensors are made at first use and live until it is disposed. */
export class Normalizer {
  private affine: Affine | undefined

  /**
   * @param names what the two options are called, for errors
   * @throws TesseraError INVALID_OPTIONS unless both or neither are given, of equal length, without a std of 0
   */
  constructor(
    private readonly mean: Statistic,
    private readonly std: Statistic,
    private readonly names: readonly [string, string] = ['mean', 'std'],
  ) {
    if ((mean ?? undefined)?.length !== (std ?? undefined)?.length) {
      throw new TesseraError('INVALID_OPTIONS', {
        what: `${names[0]} and ${names[1]} come together, of equal length`,
        path: 'data_preprocessor',
        got: { mean, std },
      })
    }
    if (std?.some((value) => value === 0)) {
      throw new TesseraError('INVALID_OPTIONS', { what: 'a std of 0 divides by zero', path: `data_preprocessor.${names[1]}`, got: std })
    }
  }

  /** Inside a step. */
  apply(inputs: tf.Tensor4D): tf.Tensor4D {
    const { mean, std } = this
    if (mean == null || std == null) return inputs
    this.affine ??= {
      scale: tf.keep(tf.tensor1d(std.map((deviation) => 1 / deviation))),
      shift: tf.keep(tf.tensor1d(mean.map((value, channel) => -value / (std[channel] ?? 1)))),
    }
    return normalize(inputs, this.affine)
  }

  /** @throws TesseraError SHAPE_MISMATCH when the statistics are for another number of channels */
  check(channels: number): void {
    const own = this.mean?.length
    if (own === undefined || own === 1 || own === channels) return
    throw new TesseraError('SHAPE_MISMATCH', {
      what: `${this.names[0]} and ${this.names[1]} are for another number of channels`,
      path: `data_preprocessor.${this.names[0]}`,
      got: own,
      expected: `1 or ${channels}`,
    })
  }

  /** What normalizes to `value`, for each channel: images are padded before they are normalized. */
  inverse(value: number, channels: number): number[] {
    const of = (statistic: Statistic, channel: number, neutral: number) => statistic?.[statistic.length === 1 ? 0 : channel] ?? neutral
    return Array.from({ length: channels }, (_, channel) => value * of(this.std, channel, 1) + of(this.mean, channel, 0))
  }

  dispose(): void {
    this.affine?.scale.dispose()
    this.affine?.shift.dispose()
    this.affine = undefined
  }
}

/** By pixels: TensorFlow reverses the last axis of two faster than that of four. */
export function flipChannels(images: tf.Tensor4D): tf.Tensor4D {
  return tf.reshape(tf.reverse(tf.reshape(images, [-1, 3]), 1), images.shape)
}

/** By rows of pixels, with a factor for each of a row's values: an axis of three channels is the slowest to broadcast over. */
function normalize(images: tf.Tensor4D, { scale, shift }: Affine): tf.Tensor4D {
  const [batch, height, width, channels] = images.shape
  const times = [(width * channels) / scale.size]
  const rows = tf.reshape(images, [batch, height, width * channels])
  return tf.reshape(tf.add(tf.mul(rows, tf.tile(scale, times)), tf.tile(shift, times)), images.shape)
}
