import { type RandomSource, TesseraError } from '@tessera/core'
import { tf } from '@tessera/runtime'
import { type Layout, memoryShape, toFile, toMemory } from './layout.js'

/** Fills a parameter, in file layout. */
export type Initializer = (random: RandomSource, shape: readonly number[]) => Float32Array

/** A tensor's content on the host. */
export interface StateValue {
  /** File (PyTorch) layout. */
  readonly shape: readonly number[]
  readonly data: Float32Array
  /** `data` is read from a file anew at each access, and has as many values as the shape says. */
  readonly isLazy?: true
}

export interface StateOptions {
  /** Axes in memory; default as in the file. */
  layout?: Layout
  init?: Initializer
}

const DESCRIPTIONS = new WeakMap<Initializer, string>()

/** Says of an initialiser what the init report shows. */
export function describedInit(text: string, init: Initializer): Initializer {
  DESCRIPTIONS.set(init, text)
  return init
}

/** What an initialiser says of itself. */
export function initText(init: Initializer): string {
  return DESCRIPTIONS.get(init) ?? "the layer's own way"
}

export const zeros: Initializer = describedInit('zeros', (_, shape) => new Float32Array(sizeOf(shape)))
export const ones: Initializer = describedInit('ones', (_, shape) => new Float32Array(sizeOf(shape)).fill(1))

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1)
}

/**
 * A named tensor that outlives steps. It holds nothing until it is initialised or loaded, so that a model can be built, counted and grouped
 * without memory. `shape` and all values that go in or out are in the file's (PyTorch's) layout.
 */
export class StateTensor {
  /** Shape in the file's layout. */
  readonly shape: readonly number[]
  readonly layout: Layout
  /** Dotted name in the root module; empty until the parameter belongs to one that was asked for its names. */
  name = ''
  init: Initializer
  /** Makes a state dict's value of another shape fit (a position embedding of another image size); undefined when it cannot. */
  adapt: ((value: StateValue) => StateValue | undefined) | undefined
  /** Whether state dicts hold it. What training never changes and comes from elsewhere need not be in every checkpoint. */
  isSaved = true
  private held: tf.Variable | undefined

  constructor(shape: readonly number[], options: StateOptions = {}) {
    this.shape = shape
    this.layout = options.layout ?? 'same'
    this.init = options.init ?? zeros
  }

  get size(): number {
    return sizeOf(this.shape)
  }

  /** In memory layout: what forward computes with. An error before initialisation. */
  get variable(): tf.Variable {
    if (this.held === undefined) {
      throw new TesseraError('INVALID_ARGUMENT', {
        what: 'a parameter is used before its module was initialised',
        path: this.name,
        hint: 'Call module.initWeights(random) or load a state dict first.',
      })
    }
    return this.held
  }

  get isMaterialized(): boolean {
    return this.held !== undefined
  }

  /** Draws the values anew. */
  initialize(random: RandomSource): void {
    this.setValues(this.init(random, this.shape))
  }

  /** @param values in file layout; length must be `size` */
  setValues(values: Float32Array): void {
    if (values.length !== this.size) {
      throw new TesseraError('SHAPE_MISMATCH', {
        what: 'a parameter got another number of values',
        path: this.name,
        got: values.length,
        expected: String(this.size),
      })
    }
    const tensor = tf.tensor(toMemory(values, this.shape, this.layout), memoryShape(this.shape, this.layout), 'float32')
    if (this.held === undefined) {
      this.held = tf.variable(tensor, this.isTrainable, undefined)
      tensor.dispose()
    } else {
      this.held.assign(tensor)
      // assign takes over the new tensor's data by reference count; the handle itself is ours to drop.
      tensor.dispose()
    }
  }

  /** In file layout. Reads from the device: never inside a step. */
  values(): Float32Array {
    return toFile(Float32Array.from(this.variable.dataSync()), this.shape, this.layout)
  }

  dispose(): void {
    this.held?.dispose()
    this.held = undefined
  }

  protected get isTrainable(): boolean {
    return false
  }
}

/** A tensor that training changes. `requiresGrad = false` freezes it. */
export class Parameter extends StateTensor {
  requiresGrad = true

  protected override get isTrainable(): boolean {
    return true
  }
}

/** State that is not trained but belongs to the state dict (running statistics). */
export class Buffer extends StateTensor {}
