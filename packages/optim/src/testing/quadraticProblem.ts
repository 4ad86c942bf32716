import { Module, Parameter } from '@tessera/nn'
import { tf } from '@tessera/runtime'

/** The golden files' problem: parameters x [4], W [3,4], s [1]; constants A [6,4], b [6], v [4], c [3]. */
export interface QuadraticData {
  readonly A: number[][]
  readonly b: number[]
  readonly v: number[]
  readonly c: number[]
  readonly x: number[]
  readonly W: number[][]
  readonly s: number[]
}

export class QuadraticProblem extends Module {
  readonly x: Parameter
  readonly W: Parameter
  readonly s: Parameter
  private readonly A: tf.Tensor2D
  private readonly b: tf.Tensor1D
  private readonly v: tf.Tensor2D
  private readonly c: tf.Tensor2D

  constructor(data: QuadraticData) {
    super()
    this.x = this.registerParameter('x', filled([data.x.length], data.x))
    this.W = this.registerParameter('W', filled([data.W.length, data.v.length], data.W.flat()))
    this.s = this.registerParameter('s', filled([1], data.s))
    this.A = tf.tensor2d(data.A)
    this.b = tf.tensor1d(data.b)
    this.v = tf.tensor2d(data.v, [data.v.length, 1])
    this.c = tf.tensor2d(data.c, [data.c.length, 1])
    this.nameState()
  }

  /** sum((A@x − b·(1+0.1i))²) + sum((W@v − c·(1−0.05i))²) + 0.5·sum((s−2)²); i = 0 is the optimizers' problem. */
  override forward(i: number | tf.Tensor): tf.Scalar {
    const x = tf.reshape(this.x.variable, [-1, 1])
    const first = tf.sub(tf.reshape(tf.matMul(this.A, x), [-1]), tf.mul(this.b, tf.add(1, tf.mul(0.1, i))))
    const second = tf.sub(tf.matMul(this.W.variable as tf.Tensor2D, this.v), tf.mul(this.c, tf.sub(1, tf.mul(0.05, i))))
    const third = tf.mul(tf.sum(tf.square(tf.sub(this.s.variable, 2))), 0.5)
    return tf.addN([tf.sum(tf.square(first)), tf.sum(tf.square(second)), third]) as tf.Scalar
  }

  values(): Record<'x' | 'W' | 's', number[]> {
    return { x: [...this.x.values()], W: [...this.W.values()], s: [...this.s.values()] }
  }

  set({ x, W, s }: Record<'x' | 'W' | 's', number[]>): void {
    this.x.setValues(Float32Array.from(x))
    this.W.setValues(Float32Array.from(W))
    this.s.setValues(Float32Array.from(s))
  }

  override dispose(): void {
    super.dispose()
    for (const constant of [this.A, this.b, this.v, this.c]) constant.dispose()
  }
}

function filled(shape: number[], values: readonly number[]): Parameter {
  const parameter = new Parameter(shape)
  parameter.setValues(Float32Array.from(values))
  return parameter
}
