import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { MESSAGE_HUB, MODELS, RunContainer } from '@tessera/core'
import { tf, useBackend } from '@tessera/runtime'
import '../plugin.js'
import { Module } from '../module/module.js'
import { Buffer, Parameter } from '../module/parameter.js'
import { AveragedModel } from './averagedModel.js'

beforeAll(() => useBackend('auto'))

interface Case {
  cfg: { type: string; [option: string]: unknown }
  after?: Record<string, number | number[] | number[][]>[]
  error?: { type: string; message: string }
}

const golden: { cases: Record<string, Case> } = JSON.parse(
  gunzipSync(readFileSync(new URL('../../test-data/ema.json.gz', import.meta.url))).toString(),
)

class Part extends Module {
  override forward(): void {}
}

/** The golden data's model: a parameter of its own, a linear layer, a batch norm with buffers. */
function sourceModel() {
  const root = new Part()
  const fc = root.registerModule('fc', new Part())
  const bn = root.registerModule('bn', new Part())
  const tensors = {
    w: root.registerParameter('w', new Parameter([3])),
    'fc.weight': fc.registerParameter('weight', new Parameter([2, 2])),
    'fc.bias': fc.registerParameter('bias', new Parameter([2])),
    'bn.weight': bn.registerParameter('weight', new Parameter([2])),
    'bn.bias': bn.registerParameter('bias', new Parameter([2])),
    'bn.running_mean': bn.registerBuffer('running_mean', new Buffer([2])),
    'bn.running_var': bn.registerBuffer('running_var', new Buffer([2])),
    'bn.num_batches_tracked': bn.registerBuffer('num_batches_tracked', new Buffer([])),
  }
  const setTo = (t: number) => {
    const values: Record<keyof typeof tensors, number[]> = {
      w: [t * 0.1, 1 / (t + 1), (-1) ** t],
      'fc.weight': [t + 1, t * t * 0.01, 0.5 ** t, -t * 0.3],
      'fc.bias': [t % 3, (t % 5) * 0.2],
      'bn.weight': [1 + t * 0.01, 1 - t * 0.01],
      'bn.bias': [t * 0.02, -t * 0.02],
      'bn.running_mean': [t * 0.5, -t * 0.25],
      'bn.running_var': [1 + t, 2 + t * 0.1],
      'bn.num_batches_tracked': [t],
    }
    for (const name of Object.keys(tensors) as (keyof typeof tensors)[]) tensors[name].setValues(Float32Array.from(values[name]))
  }
  return { root, setTo }
}

function average(cfg: Case['cfg'], root: Module): AveragedModel {
  const container = new RunContainer()
  container.bind(MESSAGE_HUB, { updateScalar() {}, updateInfo() {}, getInfo: (key) => (key === 'max_iters' ? 20 : undefined) })
  const built = container.build(MODELS, cfg, root)
  if (!(built instanceof AveragedModel)) throw new Error('not an average')
  return built
}

function flat(value: number | number[] | number[][]): number[] {
  return [value].flat(2)
}

describe('averages equal MMEngine’s', () => {
  test.each(Object.entries(golden.cases).filter(([, { after }]) => after !== undefined))('%s', (_, { cfg, after }) => {
    const before = tf.memory().numTensors
    const { root, setTo } = sourceModel()
    setTo(0)
    const averaged = average(cfg, root)
    averaged.prepare()
    for (const [index, expected] of (after ?? []).entries()) {
      setTo(index + 1)
      averaged.update()
      averaged.advance()
      expect(averaged.steps).toBe(expected['steps'])
      const state = averaged.stateDict()
      expect(state.size).toBe(8)
      for (const [name, { data }] of state) {
        const wanted = flat(expected[`module.${name}`] ?? [])
        expect(data).toHaveLength(wanted.length)
        for (const [at, value] of data.entries())
          expect(Math.abs(value - (wanted[at] ?? 0))).toBeLessThanOrEqual(2e-6 * Math.max(1, Math.abs(value)))
      }
    }
    averaged.dispose()
    root.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })

  test.each(Object.entries(golden.cases).filter(([, { error }]) => error !== undefined))('%s', (_, { cfg }) => {
    const { root } = sourceModel()
    expect(() => average(cfg, root)).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }))
  })
})

describe('an average', () => {
  test('swaps with the model and back, and comes back from its state', () => {
    const { root, setTo } = sourceModel()
    setTo(1)
    const averaged = average({ type: 'ExponentialMovingAverage', momentum: 0.1 }, root)
    averaged.prepare()
    averaged.swap()
    expect(root.parameters()[0]?.values()[0]).toBeCloseTo(0.1)
    for (const t of [2, 3]) {
      setTo(t)
      averaged.update()
      averaged.advance()
    }
    const own = root.parameters().map((parameter) => parameter.values())
    const kept = averaged.stateDict()
    averaged.swap()
    expect(root.parameters()[0]?.values()).toEqual(kept.get('w')?.data)
    averaged.swap()
    expect(root.parameters().map((parameter) => parameter.values())).toEqual(own)

    const again = average({ type: 'ExponentialMovingAverage', momentum: 0.1 }, root)
    again.loadStateDict(kept, 2)
    expect([...again.stateDict()]).toEqual([...kept])
    expect(() => again.loadStateDict(new Map([...kept].filter(([name]) => name !== 'fc.bias')), 2)).toThrow(/fc\.bias/)
    for (const one of [averaged, again, root]) one.dispose()
  })
})
