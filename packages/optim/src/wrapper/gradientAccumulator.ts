import { TesseraError } from '@tessera/core'
import { type OptimStateDict, type Parameter, toFile, toMemory } from '@tessera/nn'
import { stepEffect, stepGuard, tf } from '@tessera/runtime'

const PREFIX = 'accumulated_grad.'
type SavedTensors = OptimStateDict['tensors']

/** Sums of gradients between two optimizer steps, kept under parameter names. Holds nothing before it is first used. */
export class GradientAccumulator {
  /** Zeros between two windows. */
  private readonly sums = new Map<Parameter, tf.Variable>()
  /** Which sums a gradient has reached in this window. */
  private readonly filled = new Set<Parameter>()

  get isEmpty(): boolean {
    return this.filled.size === 0
  }

  /** Adds to the sums: the same ops at each call of a window, the first one too, so that a recorded step is one graph for all of them. */
  add(grads: ReadonlyMap<Parameter, tf.Tensor>): void {
    const reached = [...grads.keys()]
    for (const [parameter, grad] of grads) {
      const sum = this.sums.get(parameter) ?? tf.tidy(() => tf.variable(tf.zeros(grad.shape), false))
      this.sums.set(parameter, sum)
      sum.assign(tf.add(sum, grad))
    }
    let added: readonly Parameter[] = []
    stepEffect(
      () => {
        added = reached.filter((parameter) => !this.filled.has(parameter))
        for (const parameter of added) this.filled.add(parameter)
      },
      () => {
        for (const parameter of added) this.filled.delete(parameter)
      },
    )
  }

  /** The sums with `grads` added, and starts anew. Parameters that no gradient reached are absent. */
  take(grads: ReadonlyMap<Parameter, tf.Tensor>): ReadonlyMap<Parameter, tf.Tensor> {
    stepGuard(() => this.filling())
    if (this.isEmpty) return grads
    const totals = new Map(grads)
    for (const parameter of this.filled) {
      const sum = this.sums.get(parameter)
      const grad = grads.get(parameter)
      if (sum === undefined) continue
      totals.set(parameter, grad === undefined ? tf.clone(sum) : tf.add(sum, grad))
      sum.assign(tf.zeros(sum.shape))
    }
    const taken = [...this.filled]
    stepEffect(
      () => this.filled.clear(),
      () => {
        for (const parameter of taken) this.filled.add(parameter)
      },
    )
    return totals
  }

  /** What a run that stops between two steps would lose: MMEngine does lose it. */
  stateDict(): [string, { shape: readonly number[]; data: Float32Array }][] {
    return [...this.filled].flatMap((parameter) => {
      const values = this.sums.get(parameter)?.dataSync()
      if (values === undefined) return []
      const data = toFile(Float32Array.from(values), parameter.shape, parameter.layout)
      return [[`${PREFIX}${parameter.name}`, { shape: parameter.shape, data }]]
    })
  }

  /** Splits a saved state's tensors into the optimizer's and those for `load`, which are checked. */
  static read(tensors: SavedTensors, parameters: readonly Parameter[]): { own: Map<Parameter, Float32Array>; rest: SavedTensors } {
    const byName = new Map(parameters.map((parameter) => [parameter.name, parameter]))
    const own = new Map<Parameter, Float32Array>()
    const rest = new Map(tensors)
    for (const [key, { shape, data }] of tensors) {
      if (!key.startsWith(PREFIX)) continue
      rest.delete(key)
      const parameter = byName.get(key.slice(PREFIX.length))
      if (parameter === undefined || parameter.shape.join() !== shape.join()) {
        throw new TesseraError('STATE_DICT_MISMATCH', {
          what: 'the optimizer state has an accumulated gradient that fits no parameter',
          path: key,
          got: shape,
          expected: parameter === undefined ? 'no such parameter' : `[${parameter.shape.join()}]`,
        })
      }
      own.set(parameter, data)
    }
    return { own, rest }
  }

  load(saved: ReadonlyMap<Parameter, Float32Array>): void {
    this.filled.clear()
    tf.tidy(() => {
      for (const sum of this.sums.values()) sum.assign(tf.zeros(sum.shape))
      const grads = [...saved].map(([parameter, data]): [Parameter, tf.Tensor] => {
        const values = toMemory(data, parameter.shape, parameter.layout)
        return [parameter, tf.tensor(values, parameter.variable.shape, 'float32')]
      })
      this.add(new Map(grads))
    })
  }

  /** Which sums count. */
  private filling(): string {
    return [...this.filled].map(({ name }) => name).join()
  }

  dispose(): void {
    for (const sum of this.sums.values()) sum.dispose()
    this.sums.clear()
    this.filled.clear()
  }
}
