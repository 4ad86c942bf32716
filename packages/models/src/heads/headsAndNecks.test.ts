import { beforeAll, describe, expect, test } from '@jest/globals'
import { type DataSample, MODELS } from '@tessera/core'
import { type Module, stateDictOf, type TensorBatch } from '@tessera/nn'
import { tf, useBackend } from '@tessera/runtime'
import { BaseNeck } from '../necks/baseNeck.js'
import { noise, setFormulaWeights } from '../testing/formulaWeights.js'
import { goldenJson, relativeError } from '../testing/golden.js'
import { testContainer } from '../testing/testContainer.js'
import { BaseHead } from './baseHead.js'

/** What the real MMPreTrain computed (test-data/make_heads.py). */
interface Case {
  readonly config: { readonly type: string }
  /** Of the features, NCHW. */
  readonly shape: readonly number[]
  /** Of a second feature, where the head takes two. */
  readonly second?: readonly number[]
  readonly positive: boolean
  readonly target: 'label' | 'many' | 'soft' | null
  readonly eval: readonly number[]
  readonly labels?: readonly number[][]
  readonly output?: readonly number[]
  readonly loss: number
  readonly grad: readonly number[]
  readonly second_grad?: readonly number[]
  readonly grads: Readonly<Record<string, readonly number[]>>
  readonly state: Readonly<Record<string, readonly number[]>>
}

const { cases, ...targets } = goldenJson<{
  labels: number[]
  many: number[][]
  soft: number[][]
  cases: Case[]
}>('heads.json')

beforeAll(async () => {
  await useBackend('auto')
})

function build(config: object): BaseHead | BaseNeck {
  const module = testContainer().build<object>(MODELS, config)
  if (!(module instanceof BaseHead || module instanceof BaseNeck)) throw new Error('neither head nor neck')
  setFormulaWeights(module)
  const power = [...module.namedParameters()].find(([name]) => name === 'p')?.[1]
  power?.setValues(power.init({} as never, [1]))
  return module
}

function featuresOf({ shape, positive }: Case): tf.Tensor {
  const values = Float32Array.from(
    noise(
      'features',
      shape.reduce((a, b) => a * b),
    ),
    (value) => (positive ? Math.abs(value) : value),
  )
  const nchw = tf.tensor(values, [...shape])
  return shape.length === 4 ? tf.transpose(nchw, [0, 2, 3, 1]) : nchw
}

/** The second feature, if there is one. */
function othersOf({ second }: Case): tf.Tensor[] {
  if (second === undefined) return []
  const size = second.reduce((a, b) => a * b)
  return [tf.tensor(Float32Array.from(noise('second', size)), [...second])]
}

function batchOf(target: Case['target']): TensorBatch {
  const many = tf.tensor2d(targets.many.map((labels) => Array.from({ length: 5 }, (_, i) => (labels.includes(i) ? 1 : 0))))
  const of = {
    label: { gt_label: tf.tensor1d(targets.labels, 'int32') },
    many: { gt_score: many },
    soft: { gt_score: tf.tensor2d(targets.soft) },
  }
  return { inputs: tf.zeros([4, 1, 1, 1]), ...of[target ?? 'label'] }
}

function lossOf(module: BaseHead | BaseNeck, features: tf.Tensor, others: tf.Tensor[], { target, output }: Case): tf.Scalar {
  if (module instanceof BaseHead) return module.loss([features, ...others], batchOf(target))['loss'] as tf.Scalar
  const shape = [...(output ?? [])]
  const [out] = module.call([features]) as readonly tf.Tensor[]
  return tf.sum(
    tf.mul(
      out as tf.Tensor,
      tf.tensor(
        Float32Array.from(
          noise(
            'probe',
            shape.reduce((a, b) => a * b),
          ),
        ),
        shape,
      ),
    ),
  )
}

const toNchw = (tensor: tf.Tensor) => (tensor.rank === 4 ? tf.transpose(tensor, [0, 3, 1, 2]) : tensor)

describe.each(cases.map((one) => [`${JSON.stringify(one.config)} ${one.target ?? ''}`, one] as const))('%s', (_, one) => {
  test('answers, predicts and differentiates as MMPreTrain does', () => {
    const before = tf.memory().numTensors
    const module = build(one.config)
    expect(Object.fromEntries([...module.namedState()].map(([name, { shape }]) => [name, shape]))).toEqual(one.state)
    module.eval()
    const features = tf.tidy(() => featuresOf(one))
    const others = othersOf(one)
    const out = tf.tidy(() => [module.call([features, ...others] as never)].flat()[0] as tf.Tensor)
    expect(relativeError(out.dataSync(), one.eval)).toBeLessThan(2e-5)
    if (module instanceof BaseHead) {
      const scores = tf.tidy(() => module.predict([features, ...others])['pred_score'] as tf.Tensor)
      const samples: DataSample[] = Array.from({ length: 4 }, () => ({ metainfo: {} }))
      const host = { shape: scores.shape, data: scores.dataSync() as Float32Array }
      const sorted = (lists: readonly (readonly number[])[]) => lists.map((list) => [...list].sort())
      expect(sorted(module.attachPredictions({ pred_score: host }, samples).map(({ pred_label = [] }) => pred_label))).toEqual(
        sorted(one.labels ?? []),
      )
      scores.dispose()
    }
    module.train()
    const parameters = [...module.namedParameters()].filter(([, parameter]) => parameter.requiresGrad)
    const gradients = tf.tidy(() => {
      const x = tf.variable(features)
      const more = others.map((other) => tf.variable(other))
      const run = () => lossOf(module, x, more, one)
      const { value, grads } = tf.variableGrads(run, [x, ...more, ...parameters.map(([, parameter]) => parameter.variable)])
      const ofInput = toNchw(grads[x.name] as tf.Tensor)
      const ofOthers = more.map(({ name }) => grads[name] as tf.Tensor)
      tf.dispose([x, more])
      return {
        value,
        ofInput,
        ...Object.fromEntries(ofOthers.map((gradient) => ['ofSecond', gradient])),
        ...Object.fromEntries(parameters.map(([name, parameter]) => [name, grads[parameter.variable.name] as tf.Tensor])),
      }
    }) as Record<string, tf.Tensor>
    expect(relativeError(gradients['value']?.dataSync() ?? [], [one.loss])).toBeLessThan(2e-5)
    expect(relativeError(gradients['ofInput']?.dataSync() ?? [], one.grad)).toBeLessThan(1e-4)
    if (one.second_grad !== undefined) expect(relativeError(gradients['ofSecond']?.dataSync() ?? [], one.second_grad)).toBeLessThan(1e-4)
    const names = parameters.map(([name]) => name)
    expect(names).toEqual(Object.keys(one.grads))
    // A bias before batch norm has a gradient of zero but for rounding.
    const floor = 1e-2 * Math.max(0, ...Object.values(one.grads).flat().map(Math.abs))
    for (const [name, parameter] of parameters) {
      const gradient = gradients[name] as tf.Tensor
      const inFile = parameter.layout === 'conv2d' ? tf.tidy(() => tf.transpose(gradient, [3, 2, 0, 1])) : gradient
      expect([name, relativeError(inFile.dataSync(), one.grads[name] ?? [], floor) < 1e-4]).toEqual([name, true])
      inFile.dispose()
    }
    tf.dispose([gradients, out, features, others])
    module.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe('what the reference does not say', () => {
  test('a sample in the very direction of its class has a finite gradient', () => {
    const head = build({ type: 'ArcFaceClsHead', num_classes: 2, in_channels: 2 }) as BaseHead
    const weight = head.parameters()[0]
    weight?.setValues(Float32Array.of(1, 0, 0, 1))
    const gradient = tf.tidy(() => {
      const batch: TensorBatch = { inputs: tf.zeros([2, 1, 1, 1]), gt_label: tf.tensor1d([0, 0], 'int32') }
      return tf.grad((x: tf.Tensor) => head.loss([x], batch)['loss'] as tf.Scalar)(
        tf.tensor2d([
          [3, 0],
          [-2, 0],
        ]),
      )
    })
    expect(Array.from(gradient.dataSync()).every(Number.isFinite)).toBe(true)
    gradient.dispose()
    head.dispose()
  })

  test('margins are one for each class', () => {
    expect(() => build({ type: 'ArcFaceClsHead', num_classes: 3, in_channels: 2, margins: [0.1, 0.2] })).toThrow(
      /one margin for each class/,
    )
  })

  test('an image with one label trains a multi-label head, too', () => {
    const head = build({ type: 'MultiLabelLinearClsHead', num_classes: 5, in_channels: 6 }) as BaseHead
    const [a, b] = tf.tidy(() => {
      const features = [tf.ones([4, 6])]
      const labels = tf.tensor1d(targets.labels, 'int32')
      const inputs = tf.zeros([4, 1, 1, 1]) as tf.Tensor4D
      const rows = tf.tensor2d(targets.labels.map((label) => Array.from({ length: 5 }, (_, i) => Number(i === label))))
      return [head.loss(features, { inputs, gt_label: labels })['loss'], head.loss(features, { inputs, gt_score: rows })['loss']] as [
        tf.Scalar,
        tf.Scalar,
      ]
    })
    expect(a.dataSync()[0]).toBe(b.dataSync()[0])
    expect(stateDictOf(head as Module).size).toBe(2)
    tf.dispose([a, b])
    head.dispose()
  })
})
