import { beforeAll, describe, expect, test } from '@jest/globals'
import { MESSAGE_HUB, MODELS, TesseraError } from '@tessera/core'
import { buildModule, loadStateDict, stateDictOf, type TensorBatch } from '@tessera/nn'
import { tf, useBackend } from '@tessera/runtime'
import { noise, type Sample, sampleError, setFormulaWeights } from '../testing/formulaWeights.js'
import { goldenJson } from '../testing/golden.js'
import { testContainer } from '../testing/testContainer.js'
import { BaseSelfSupervisor } from './baseSelfSupervisor.js'

/** What the real MMPreTrain computed in float64 (test-data/make_selfsup_reference.py). */
interface Reference {
  readonly model: { readonly type: string; readonly neck?: { readonly type: string } }
  /** Views, NCHW. */
  readonly inputs: readonly (readonly [number, number, number, number])[]
  readonly mask?: readonly [number, number, number]
  readonly noise?: readonly [number, number]
  /** Where a momentum encoder's count stands. */
  readonly steps?: number
  /** How far PyTorch's own float32 gradients are from float64, relative. */
  readonly drift: number
  readonly losses: Readonly<Record<string, number>>
  readonly parameters: readonly [name: string, shape: number[], gradient: Sample | null][]
  readonly state: readonly [name: string, shape: number[]][]
  readonly after: Readonly<Record<string, Sample>>
  readonly layer_depth: readonly [number, number][] | null
}

const references = goldenJson<Reference[]>('reference.selfsup.json')
const LOSS = 2e-5
const GRADIENT = 1e-4
/** What is zero but for rounding (a bias before a batch norm) may be off as much as PyTorch's float32, within a small factor. */
const DRIFTS = 5

beforeAll(async () => {
  await useBackend('auto')
})

function build({ model }: Reference): BaseSelfSupervisor {
  const container = testContainer()
  container.bind(MESSAGE_HUB, { updateScalar() {}, updateInfo() {}, getInfo: (key) => (key === 'max_iters' ? 10 : undefined) })
  return buildModule(container, MODELS, model, BaseSelfSupervisor)
}

function started(reference: Reference): BaseSelfSupervisor {
  const model = build(reference)
  setFormulaWeights(model)
  for (const [name, tensor] of model.namedState()) {
    if (name.endsWith('.steps')) tensor.setValues(Float32Array.of(reference.steps ?? 0))
    if (/^queue\d?$/.test(name)) tensor.setValues(unitColumns(noise(name, tensor.size), tensor.shape[1] ?? 1))
  }
  return model
}

/** Row by row, columns of length 1. */
function unitColumns(values: Float64Array, columns: number): Float32Array {
  const lengths = Array.from({ length: columns }, (_, column) => Math.hypot(...values.filter((_, i) => i % columns === column)))
  return Float32Array.from(values, (value, i) => value / (lengths[i % columns] ?? 1))
}

function batchOf({ inputs, mask, noise: noiseShape }: Reference): TensorBatch {
  const numbers = (name: string, shape: readonly number[]) =>
    noise(
      name,
      shape.reduce((a, b) => a * b, 1),
    )
  const [first, ...views] = inputs.map((shape, i) => {
    const values = Float32Array.from(numbers(`inputs.${i}`, shape), (u) => u * 1.7)
    return tf.tidy(() => tf.transpose(tf.tensor4d(values, [...shape]), [0, 2, 3, 1])) as tf.Tensor4D
  })
  return {
    inputs: first as tf.Tensor4D,
    ...Object.fromEntries(views.map((view, i) => [`view_${i + 1}`, view])),
    ...(mask === undefined
      ? {}
      : {
          mask: tf.tensor3d(
            Float32Array.from(numbers('mask', mask), (u) => (u > 0.1 ? 1 : 0)),
            [...mask],
          ),
        }),
    ...(noiseShape === undefined
      ? {}
      : {
          mask_noise: tf.tensor2d(
            Float32Array.from(numbers('noise', noiseShape), (u) => (u + 1) / 2),
            [...noiseShape],
          ),
        }),
  }
}

describe.each(references.map((one) => [`${one.model.type} ${one.model.neck?.type ?? ''}`, one] as const))('%s', (_, reference) => {
  test('names and shapes of parameters and state, layer depths', () => {
    const model = build(reference)
    const parameters = [...model.namedParameters()].map(([name, { shape }]) => [name, shape])
    expect(parameters).toEqual(reference.parameters.map(([name, shape]) => [name, shape]))
    const state = [...model.namedState()].map(([name, { shape }]) => [name, shape])
    const byName = (entries: readonly (readonly [unknown, unknown])[]) => [...entries].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1))
    expect(byName(state as [unknown, unknown][])).toEqual(byName(reference.state))
    const depths = () => reference.parameters.map(([name]) => model.getLayerDepth(name))
    if (reference.layer_depth === null) expect(depths).toThrow(TesseraError)
    else expect(depths()).toEqual(reference.layer_depth)
  })

  test('losses, gradients, and what the step leaves', async () => {
    const model = started(reference).train()
    const batch = batchOf(reference)
    const named = [...model.namedParameters()].filter(([, { requiresGrad }]) => requiresGrad)
    const before = tf.memory().numTensors
    const { losses, grads } = tf.tidy(() => {
      let losses: Record<string, tf.Tensor> = {}
      const variables = named.map(([, parameter]) => parameter.variable)
      const { value, grads } = tf.variableGrads(() => {
        losses = Object.fromEntries(Object.entries(model.loss(batch)).map(([name, loss]) => [name, tf.keep(tf.clone(loss as tf.Tensor))]))
        return tf.addN(Object.values(losses)) as tf.Scalar
      }, variables)
      value.dispose()
      const gradients = named.flatMap(([name, parameter]): [string, tf.Tensor][] => {
        const gradient = grads[parameter.variable.name]
        if (gradient == null) return []
        return [[name, parameter.layout === 'conv2d' ? tf.transpose(gradient, [3, 2, 0, 1]) : tf.clone(gradient)]]
      })
      return { losses, grads: Object.fromEntries(gradients) }
    })
    const found = await Promise.all(
      Object.entries(losses).map(async ([name, loss]) => [name, (await loss.data())[0] ?? Number.NaN] as const),
    )
    expect(found.map(([name]) => name)).toEqual(Object.keys(reference.losses))
    for (const [name, loss] of found)
      expect([name, Math.abs(loss - (reference.losses[name] ?? 0)) < LOSS * Math.max(1, Math.abs(loss))]).toEqual([name, true])
    const largest = Math.max(...reference.parameters.map(([, , gradient]) => gradient?.scale ?? 0))
    const wrong: unknown[] = []
    for (const [name, , expected] of reference.parameters) {
      const gradient = grads[name]
      if (gradient === undefined || expected === null) {
        if (gradient !== undefined || (expected !== null && expected.scale > largest * 1e-9))
          wrong.push([name, 'has a gradient only on one side'])
        continue
      }
      const error = sampleError(`grad.${name}`, await gradient.data(), { ...expected, scale: Math.max(expected.scale, largest * 1e-3) }, 3)
      if (error > Math.max(GRADIENT, DRIFTS * reference.drift)) wrong.push([name, error])
    }
    const state = stateDictOf(model)
    for (const [name, sample] of Object.entries(reference.after)) {
      if (name.endsWith('num_batches_tracked')) continue
      const error = sampleError(name, state.get(name)?.data ?? [], sample, 3)
      if (error > LOSS) wrong.push([name, 'after', error])
    }
    expect(wrong).toEqual([])
    tf.dispose([losses, grads])
    expect(tf.memory().numTensors).toBe(before)
    tf.dispose(batch)
    model.dispose()
  })

  test('saved and loaded, the next step is the same; without its inputs it says what is missing', async () => {
    const model = started(reference)
    const other = build(reference)
    loadStateDict(other, stateDictOf(model))
    const batch = batchOf(reference)
    const lossOf = (one: BaseSelfSupervisor) => tf.tidy(() => tf.addN(Object.values(one.train().loss(batch)) as tf.Tensor[])).dataSync()[0]
    expect(lossOf(other)).toBe(lossOf(model))
    const { inputs } = batch
    if (reference.mask !== undefined || reference.inputs.length > 1)
      expect(() => tf.tidy(() => void model.loss({ inputs }))).toThrow(/has no (mask|view_1).*before PackInputs/s)
    tf.dispose(batch)
    for (const one of [model, other]) one.dispose()
  })
})
