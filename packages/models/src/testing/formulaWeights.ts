import { crc32 } from 'node:zlib'
import type { Module, StateTensor } from '@tessera/nn'
import { RandomStream } from '@tessera/runtime'

/**
 * Weights, inputs and sample places by formula, the same as in test-data/make_reference.py: what a reference computed
 * can be checked without storing its weights.
 */

/** Even in [−1, 1), by name and place: the finalizer of MurmurHash3. */
export function noise(name: string, count: number): Float64Array {
  const seed = crc32(name)
  const values = new Float64Array(count)
  for (let place = 0; place < count; place++) {
    let z = (Math.imul(place, 0x9e3779b1) + seed) >>> 0
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b)
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
    values[place] = ((z ^ (z >>> 16)) >>> 0) / 2 ** 31 - 1
  }
  return values
}

/**
 * Sets every parameter and running statistic of a model; other buffers get what they start with. Needs no `initWeights`, whose random
 * numbers are sixty times as slow under jest as they are outside.
 */
export function setFormulaWeights(model: Module): void {
  const random = new RandomStream(0)
  model.nameState()
  const parameters = new Set<StateTensor>(model.parameters())
  for (const [name, tensor] of model.namedState()) {
    if (!parameters.has(tensor) && !name.includes('running_')) {
      tensor.initialize(random)
      continue
    }
    const { centre, width } = spreadOf(name, tensor.shape)
    const values = noise(name, tensor.size)
    // By index: iterators are fifty times as slow, and a full-size model has a hundred million values.
    for (let place = 0; place < values.length; place++) values[place] = centre + width * (values[place] ?? 0)
    tensor.setValues(new Float32Array(values))
  }
}

function spreadOf(name: string, shape: readonly number[]): { centre: number; width: number } {
  const last = name.split('.').at(-1)
  if (last === 'running_var' || last === 'logit_scale') return { centre: 1, width: 0.5 }
  if (name.includes('gamma')) return { centre: 0.6, width: 0.3 }
  if (last === 'weight' && shape.length === 1) return { centre: 1, width: 0.3 }
  if (last === 'weight') return { centre: 0, width: Math.sqrt(3 / shape.slice(1).reduce((a, b) => a * b, 1)) }
  return { centre: 0, width: 0.2 }
}

export interface Sample {
  /** The largest absolute value of the whole tensor. */
  readonly scale: number
  /** Values at sampled places, or all of a small tensor. */
  readonly values: readonly number[]
}

/** The largest error at the sampled places, relative to the tensor's scale. */
export function sampleError(name: string, got: ArrayLike<number>, { scale, values }: Sample, count: number): number {
  const places =
    got.length > count
      ? Array.from(noise(`places.${name}`, count), (u) => Math.floor(((u + 1) / 2) * got.length))
      : Array.from({ length: got.length }, (_, i) => i)
  if (places.length !== values.length) return Number.POSITIVE_INFINITY
  const errors = values.map((value, i) => Math.abs((got[places[i] ?? 0] ?? Number.NaN) - value))
  return errors.some(Number.isNaN) ? Number.POSITIVE_INFINITY : Math.max(...errors) / Math.max(scale, 1e-12)
}
