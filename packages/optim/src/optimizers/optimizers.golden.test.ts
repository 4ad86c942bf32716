import { beforeAll, describe, expect, test } from '@jest/globals'
import { OPTIMIZERS, RunContainer } from '@tessera/core'
import { tf, useBackend } from '@tessera/runtime'
import { expectClose } from '../testing/closeTo.js'
import { type QuadraticData, QuadraticProblem } from '../testing/quadraticProblem.js'
import { readGolden } from '../testing/readGolden.js'
import { lossGradients } from '../wrapper/lossGradients.js'
import '../plugin.js'
import type { Optimizer } from './optimizer.js'

interface Series {
  readonly values: { step: number; x: number[]; W: number[][]; s: number[] }[]
  readonly losses: number[]
}
interface Case {
  readonly cfg: { type: string; lr: number }
  readonly defaults: Record<string, unknown>
  readonly float32_one_group: Series
  readonly float32_two_groups: Series
  readonly state_after20_float64_one_group: Record<'x' | 'W' | 's', Record<string, unknown>>
}
const golden = readGolden<{ problem: QuadraticData; optimizers: Record<string, Case> }>('optimizers')
const cases = Object.entries(golden.optimizers)

beforeAll(() => useBackend('auto'))

function build(config: Case['cfg'], problem: QuadraticProblem, groups: 'one' | 'two'): Optimizer {
  const inits =
    groups === 'one'
      ? [{ params: [problem.x, problem.W, problem.s] }]
      : [{ params: [problem.x, problem.s] }, { params: [problem.W], lr: config.lr * 0.5, weight_decay: 0 }]
  return new RunContainer().build(OPTIMIZERS, config, inits) as Optimizer
}

function step(optimizer: Optimizer, problem: QuadraticProblem): number {
  const loss = tf.tidy(() => {
    const { value, grads } = lossGradients(() => problem.call(0), problem.parameters())
    optimizer.step(grads)
    return value
  })
  const value = loss.dataSync()[0] ?? Number.NaN
  loss.dispose()
  return value
}

describe.each(cases)('%s as torch.optim', (_name, golden_) => {
  test.each(['one', 'two'] as const)('%s group(s)', (groups) => {
    const problem = new QuadraticProblem(golden.problem)
    const optimizer = build(golden_.cfg, problem, groups)
    const series = groups === 'one' ? golden_.float32_one_group : golden_.float32_two_groups
    const losses: number[] = []
    let tensors = 0
    for (let i = 1; i <= 20; i++) {
      losses.push(step(optimizer, problem))
      if (i === 1) tensors = tf.memory().numTensors
      const wanted = series.values.find((value) => value.step === i)
      if (wanted === undefined) continue
      const got = problem.values()
      expectClose(got.x, wanted.x, 1e-5, `x after ${i}`)
      expectClose(got.W, wanted.W.flat(), 1e-5, `W after ${i}`)
      expectClose(got.s, wanted.s, 1e-5, `s after ${i}`)
    }
    expectClose(losses, series.losses, 1e-5, 'losses')
    expect(tf.memory().numTensors).toBe(tensors)
    optimizer.dispose()
    problem.dispose()
  })

  test('defaults and state after 20 steps', () => {
    const problem = new QuadraticProblem(golden.problem)
    const optimizer = build(golden_.cfg, problem, 'one')
    expect(golden_.defaults).toMatchObject(optimizer.defaults)
    for (let i = 0; i < 20; i++) step(optimizer, problem)
    const { tensors, json } = optimizer.stateDict()
    const slots = new Set<string>()
    for (const [name, state] of Object.entries(golden_.state_after20_float64_one_group)) {
      for (const [slot, value] of Object.entries(state)) {
        if (slot === 'step') expect(json).toMatchObject({ state: { step: { [name]: value } } })
        else if (value !== null) {
          slots.add(`${slot}.${name}`)
          expectClose(tensors.get(`${slot}.${name}`)?.data ?? [], [value].flat(3) as number[], 1e-4, `${slot}.${name}`)
        }
      }
    }
    expect(new Set(tensors.keys())).toEqual(slots)
    optimizer.dispose()
    problem.dispose()
  })
})
