import { beforeAll, describe, expect, test } from '@jest/globals'
import { hasLayerDepth, MODELS, TesseraError } from '@tessera/core'
import { buildModule, type Parameter } from '@tessera/nn'
import { tf, useBackend } from '@tessera/runtime'
import { noise, type Sample, sampleError, setFormulaWeights } from '../testing/formulaWeights.js'
import { goldenJson } from '../testing/golden.js'
import { testContainer } from '../testing/testContainer.js'
import { BaseBackbone } from './baseBackbone.js'
import { MlpMixer } from './mlpMixer.js'

/** What the real MMPreTrain computed in float64 (test-data/make_reference.py). */
interface Reference {
  readonly model: { readonly type: string }
  /** NCHW. */
  readonly input: readonly [number, number, number, number]
  readonly eval: readonly (Sample & { readonly shape: readonly number[] })[]
  readonly train: readonly Sample[]
  readonly loss: number
  /** How far PyTorch's own float32 is from float64 in training, relative. */
  readonly drift: { readonly outputs: number; readonly gradients: number }
  readonly parameters: readonly [name: string, shape: number[], gradient: Sample | null][]
  readonly buffers: readonly [name: string, shape: number[]][]
  readonly statistics: Readonly<Record<string, Sample>>
  readonly layer_depth: readonly [number, number][] | 'error' | null
}

const FORWARD = 1e-5
const GRADIENT = 1e-4
/** Batch statistics of few values amplify rounding: we may be off as much as PyTorch's float32, within a small factor. */
const DRIFTS = 5

const references = goldenJson<Reference[]>('reference.tiny.json')

beforeAll(async () => {
  await useBackend('auto')
})

describe.each(references.map((one) => [JSON.stringify(one.model), one] as const))('%s', (_, reference) => {
  const build = () => buildModule(testContainer(), MODELS, reference.model, BaseBackbone)

  function started(): BaseBackbone {
    const model = build()
    setFormulaWeights(model)
    return model
  }

  test('parameters and buffers, in order; layer depths', () => {
    const model = build()
    const parameters = [...model.namedParameters()].map(([name, { shape }]) => [name, shape])
    expect(parameters).toEqual(reference.parameters.map(([name, shape]) => [name, shape]))
    expect([...model.namedBuffers()].map(([name, { shape }]) => [name, shape])).toEqual(reference.buffers)
    const depthOf = ([name]: readonly [string, ...unknown[]]) => {
      if (!hasLayerDepth(model)) return null
      return model.getLayerDepth(`backbone.${name}`, 'backbone.')
    }
    if (reference.layer_depth === 'error') expect(() => reference.parameters.map(depthOf)).toThrow(TesseraError)
    else if (reference.layer_depth === null) expect(hasLayerDepth(model)).toBe(false)
    else expect(reference.parameters.map(depthOf)).toEqual(reference.layer_depth)
  })

  test('outputs in evaluation; outputs, gradients and statistics in training', async () => {
    const model = started().eval()
    const inputs = inputOf(reference)
    const before = tf.memory().numTensors
    const evaluated = outputsOf(model, inputs)
    expect(evaluated.map(({ shape }) => shape)).toEqual(reference.eval.map(({ shape }) => shape))
    for (const [i, sample] of reference.eval.entries())
      expect(sampleError(`eval.${i}`, (await evaluated[i]?.data()) ?? [], sample, 24)).toBeLessThan(FORWARD)
    tf.dispose(evaluated)

    model.train()
    const forward = Math.max(FORWARD, DRIFTS * reference.drift.outputs)
    const backward = Math.max(GRADIENT, DRIFTS * reference.drift.gradients)
    const named = [...model.namedParameters()].filter(([, { requiresGrad }]) => requiresGrad)
    const { loss, outputs, gradients } = differentiate(model, inputs, named)
    for (const [i, sample] of reference.train.entries())
      expect(sampleError(`train.${i}`, (await outputs[i]?.data()) ?? [], sample, 24)).toBeLessThan(forward)
    expect(Math.abs(((await loss.data())[0] ?? Number.NaN) / reference.loss - 1)).toBeLessThan(backward)
    const largest = Math.max(...reference.parameters.map(([, , gradient]) => gradient?.scale ?? 0))
    const wrong: unknown[] = []
    for (const [name, , expected] of reference.parameters) {
      const gradient = gradients[name]
      if (expected === null || gradient === undefined) {
        if (expected !== null || gradient !== undefined) wrong.push([name, 'has a gradient only on one side'])
        continue
      }
      // What is zero but for rounding (a bias before a batch norm) has no scale of its own.
      const error = sampleError(`grad.${name}`, await gradient.data(), { ...expected, scale: Math.max(expected.scale, largest * 1e-3) }, 3)
      if (error > backward) wrong.push([name, error])
    }
    expect(wrong).toEqual([])
    const buffers = new Map(model.namedBuffers())
    // Layers behind the last output are not run here, so their statistics stay.
    const idle = new Set(reference.parameters.flatMap(([name, , gradient]) => (gradient === null ? [parentOf(name)] : [])))
    for (const [name, sample] of Object.entries(reference.statistics).filter(([name]) => !idle.has(parentOf(name))))
      expect([name, sampleError(name, buffers.get(name)?.values() ?? [], sample, 2) < forward]).toEqual([name, true])
    tf.dispose([loss, outputs, gradients])
    expect(tf.memory().numTensors).toBe(before)
    inputs.dispose()
    model.dispose()
  })
})

function inputOf({ input }: Reference): tf.Tensor4D {
  const values = Float32Array.from(
    noise(
      'inputs',
      input.reduce((a, b) => a * b, 1),
    ),
    (u) => u * 1.7,
  )
  return tf.tidy(() => tf.transpose(tf.tensor4d(values, [...input]), [0, 2, 3, 1]))
}

/** Feature maps as PyTorch has them; an MLP-Mixer's tokens are maps there, too. */
function outputsOf(model: BaseBackbone, inputs: tf.Tensor4D): tf.Tensor[] {
  return tf.tidy(() =>
    model.call(inputs).map((one) => {
      if (one.rank === 4) return tf.transpose(one, [0, 3, 1, 2])
      return model instanceof MlpMixer ? tf.transpose(one, [0, 2, 1]) : tf.clone(one)
    }),
  )
}

function parentOf(name: string): string {
  return name.slice(0, name.lastIndexOf('.'))
}

function differentiate(model: BaseBackbone, inputs: tf.Tensor4D, named: readonly [string, Parameter][]) {
  return tf.tidy(() => {
    let outputs: tf.Tensor[] = []
    const variables = named.map(([, parameter]) => parameter.variable)
    const { value, grads } = tf.variableGrads(() => {
      // Made inside the gradient's own scope, which would take them along.
      outputs = outputsOf(model, inputs).map((one) => tf.keep(one))
      const parts = outputs.map((one, i) => tf.sum(tf.mul(one, tf.tensor(Float32Array.from(noise(`loss.${i}`, one.size)), one.shape))))
      return tf.addN(parts) as tf.Scalar
    }, variables)
    const gradients = named.flatMap(([name, parameter]): [string, tf.Tensor][] => {
      const gradient = grads[parameter.variable.name]
      if (gradient === undefined || gradient === null) return []
      return [[name, parameter.layout === 'conv2d' ? tf.transpose(gradient, [3, 2, 0, 1]) : tf.clone(gradient)]]
    })
    return { loss: value, outputs, gradients: Object.fromEntries(gradients) }
  })
}
