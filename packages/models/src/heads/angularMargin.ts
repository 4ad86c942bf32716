import { differentiable } from '@tessera/nn'
import { tf } from '@tessera/runtime'

/** Cosines nearer to ±1 than this have the slope of one that is so near. */
const LEAST_SINE = 1e-6

/**
 * Cosines with the angle of the right class made larger by its margin m: cos(θ + m). Where θ + m would pass 180°, cos θ − m · sin m
 * takes its place, so that the whole keeps falling; with `easy` angles beyond 90° stay as they are.
 * The gradient stays finite at 0° and 180°, where the derivative of the arc cosine is not.
 * @param cosines [batch, classes]
 * @param labels ones for the right classes, [batch, classes]
 */
export function addAngularMargin(cosines: tf.Tensor, labels: tf.Tensor, margins: readonly number[], easy: boolean): tf.Tensor {
  const row = (of: (margin: number) => number) => tf.tensor2d([margins.map(of)])
  return differentiable([cosines], (save) => {
    const [cosMargin, sinMargin] = [row(Math.cos), row(Math.sin)]
    const cosine = tf.clipByValue(cosines, -1, 1)
    const sine = tf.sqrt(tf.maximum(tf.sub(1, tf.square(cosine)), LEAST_SINE ** 2))
    const moved = tf.sub(tf.mul(cosine, cosMargin), tf.mul(sine, sinMargin))
    const beyond = easy
      ? cosines
      : tf.sub(
          cosines,
          row((margin) => margin * Math.sin(margin)),
        )
    const turns = tf.greater(cosines, easy ? tf.scalar(0) : row((margin) => -Math.cos(margin)))
    const value = tf.add(tf.mul(labels, tf.where(turns, moved, beyond)), tf.mul(tf.sub(1, labels), cosines))
    // d cos(θ + m) / d cos θ = sin(θ + m) / sin θ
    const slope = tf.div(tf.add(tf.mul(sine, cosMargin), tf.mul(cosine, sinMargin)), sine)
    save([labels, tf.where(turns, slope, tf.onesLike(slope))])
    return {
      value,
      gradFunc: (dy, saved) => {
        const [right, slopes] = saved as [tf.Tensor, tf.Tensor]
        return [tf.mul(dy, tf.add(tf.mul(right, slopes), tf.sub(1, right)))]
      },
    }
  })
}
