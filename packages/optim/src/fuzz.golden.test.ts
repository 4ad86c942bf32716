import { beforeAll, describe, expect, test } from '@jest/globals'
import { OPTIM_WRAPPER_CONSTRUCTORS, OPTIM_WRAPPERS, OPTIMIZERS, RunContainer, TesseraError } from '@tessera/core'
import { buildOptimWrapper, type Module, type ParamGroup } from '@tessera/nn'
import { tf, useBackend } from '@tessera/runtime'
import { DefaultOptimWrapperConstructor } from './constructors/defaultOptimWrapperConstructor.js'
import { LearningRateDecayOptimWrapperConstructor } from './constructors/learningRateDecayOptimWrapperConstructor.js'
import type { Optimizer } from './optimizers/optimizer.js'
import { buildParamSchedulers } from './schedulers/buildParamSchedulers.js'
import type { ParamScheduler } from './schedulers/paramScheduler.js'
import { ReduceOnPlateauParamScheduler } from './schedulers/reduceOnPlateauParamScheduler.js'
import { expectClose } from './testing/closeTo.js'
import { expectCase, type GoldenCase, readGoldenGroups } from './testing/goldenGroups.js'
import { groupsOnly } from './testing/groupsOnly.js'
import { kindOf, NamedTree } from './testing/namedTree.js'
import { type QuadraticData, QuadraticProblem } from './testing/quadraticProblem.js'
import { readGolden } from './testing/readGolden.js'
import { describeGroups } from './wrapper/describeGroups.js'
import { lossGradients } from './wrapper/lossGradients.js'
import type { OptimWrapper } from './wrapper/optimWrapper.js'
import './plugin.js'

// Configs drawn at random, and what the real packages made of them: a part of some 2,200 that were compared once.

type Values = Record<'x' | 'W' | 's', number[] | number[][]>

interface SchedulerCase {
  readonly schedulers: Record<string, unknown>[]
  readonly optimizer: 'SGD' | 'AdamW'
  readonly initial_groups: (Record<string, unknown> & { lr: number })[]
  readonly epoch_length: number
  readonly max_epochs: number
  readonly metrics?: number[]
  /** After so many iterations the run is stopped and resumed. */
  readonly state_at: number
  readonly values: Record<string, number[][] | { constant: number[] }>
  readonly build_error?: object
  readonly step_error?: { after_iters: number }
}

interface OptimizerCase {
  readonly cfg: { type: string; lr?: number }
  readonly two: boolean
  /** After 20 steps. */
  readonly last: Values
  readonly losses: number[]
}

interface WrapperCase {
  readonly config: { opt: { type: string; lr: number }; acc?: unknown; clip_grad?: unknown; init?: [number, number]; n?: number }
  readonly error?: string
  readonly float32: { steps: (Values & { should_update_after: boolean; grad_norm: { last: number } | null })[] }
}

const fuzz = readGolden<{
  groups: Record<string, GoldenCase[]>
  schedulers: Record<string, SchedulerCase>
  optimizers: Record<string, OptimizerCase>
  misuse: Record<string, { cfg: object; error: string }>
  wrappers: Record<string, WrapperCase>
}>('fuzz')
const models = readGoldenGroups()
const { problem: data } = readGolden<{ problem: QuadraticData }>('optimizers')

beforeAll(() => useBackend('auto'))

class DefaultOnNames extends DefaultOptimWrapperConstructor {
  protected override isNorm = (module: Module) => kindOf(module) === 'norm'
  protected override isDepthwiseConv = (module: Module) => kindOf(module) === 'depthwise'
}
class LayerDecayOnNames extends LearningRateDecayOptimWrapperConstructor {
  protected override isNorm = (module: Module) => kindOf(module) === 'norm'
}

describe('groups', () => {
  test.each(Object.entries(fuzz.groups))('of %s', (name, cases) => {
    const model = models[name]
    if (model === undefined) throw new Error(`no model ${name}`)
    for (const one of cases) {
      const container = new RunContainer()
      container.rebind(OPTIM_WRAPPER_CONSTRUCTORS, 'DefaultOptimWrapperConstructor', DefaultOnNames)
      container.rebind(OPTIM_WRAPPER_CONSTRUCTORS, 'LearningRateDecayOptimWrapperConstructor', LayerDecayOnNames)
      const groupsOf = () => describeGroups(buildOptimWrapper(new NamedTree(model, one.shared), one.optim_wrapper_cfg, container))
      if (one.error?.message.startsWith("unsupported operand type(s) for *: 'NoneType'") === true)
        expect(groupsOf).toThrow(/learning rate that the optimizer config does not give/)
      else expectCase(one, groupsOf, false)
    }
  })
})

describe('schedulers', () => {
  test.each(Object.entries(fuzz.schedulers))('%s, stopped and resumed on the way', (_name, one) => {
    if (one.build_error !== undefined) {
      expect(() => build(one, groupsOf(one))).toThrow(TesseraError)
      return
    }
    let groups = groupsOf(one)
    let schedulers: ParamScheduler[]
    try {
      schedulers = build(one, groups)
    } catch (error) {
      // Here at building, there at the step that divides by zero.
      expect([one.step_error !== undefined, error instanceof TesseraError]).toEqual([true, true])
      return
    }
    const iterations = one.epoch_length * one.max_epochs
    for (let i = 0; i <= iterations; i++) {
      for (const [key, series] of Object.entries(one.values)) {
        const wanted = Array.isArray(series) ? series[i] : series.constant
        const got = groups.map((group) => Number(key === 'betas' ? (group['betas'] as number[])[0] : group[key]))
        wanted?.forEach((value, group) => {
          if (!(Math.abs((got[group] ?? Number.NaN) - value) <= 1e-8 * Math.abs(value) + 1e-15))
            throw new Error(`${key} of group ${group} at ${i}: got ${got[group]}, expected ${value}`)
        })
      }
      if (i === one.state_at && one.step_error === undefined) {
        const saved = JSON.parse(JSON.stringify(schedulers.map((scheduler) => scheduler.stateDict()))) as Record<string, unknown>[]
        const resumed = groupsOf(one)
        schedulers = build(one, resumed)
        // As the optimizer's state has them.
        groups.forEach((group, at) => {
          Object.assign(resumed[at] ?? {}, structuredClone({ ...group, params: [] }))
        })
        schedulers.forEach((scheduler, at) => {
          scheduler.loadStateDict(saved[at] ?? {})
        })
        groups = resumed
      }
      if (i === one.step_error?.after_iters) {
        expect(() => step(schedulers, one, i)).toThrow(TesseraError)
        return
      }
      if (i < iterations) step(schedulers, one, i)
    }
  })
})

/** The optimizer's own, followed by base_param_settings when there is more than one. */
function groupsOf({ initial_groups, optimizer }: SchedulerCase): ParamGroup[] {
  const own = initial_groups.map((group) => ({ ...structuredClone(group), params: [] }))
  const defaults = optimizer === 'SGD' ? { momentum: 0.9 } : { betas: [0.9, 0.999] }
  return own.length > 1 ? [...own, { lr: 0.1, weight_decay: 0.1, ...defaults, params: [] }] : own
}

function build({ schedulers, epoch_length }: SchedulerCase, groups: readonly ParamGroup[]): ParamScheduler[] {
  return buildParamSchedulers(schedulers, groupsOnly(groups), new RunContainer(), { epochLength: epoch_length })
}

function step(schedulers: readonly ParamScheduler[], { epoch_length, metrics }: SchedulerCase, iteration: number): void {
  for (const scheduler of schedulers) if (!scheduler.byEpoch) scheduler.step()
  if ((iteration + 1) % epoch_length !== 0) return
  for (const scheduler of schedulers) if (scheduler.byEpoch) scheduler.step()
  const metric = metrics?.[iteration]
  if (metric === undefined) return
  for (const scheduler of schedulers) if (scheduler instanceof ReduceOnPlateauParamScheduler) scheduler.step({ loss: metric, acc: metric })
}

function expectValues(problem: QuadraticProblem, wanted: Values, label: string): void {
  const got = problem.values()
  for (const key of ['x', 'W', 's'] as const) expectClose(got[key], wanted[key].flat(), 1e-5, `${key} ${label}`)
}

describe('optimizers', () => {
  test.each(Object.entries(fuzz.optimizers))('%s', (_name, { cfg, two, last, losses }) => {
    const problem = new QuadraticProblem(data)
    const half = cfg.lr === undefined ? {} : { lr: cfg.lr * 0.5 }
    const groups = two
      ? [{ params: [problem.x, problem.s] }, { params: [problem.W], ...half, weight_decay: 0 }]
      : [{ params: [problem.x, problem.W, problem.s] }]
    const optimizer = new RunContainer().build(OPTIMIZERS, cfg, groups) as Optimizer
    const parameters = groups.flatMap(({ params }) => params)
    const got = losses.map(() => {
      const loss = tf.tidy(() => {
        const { value, grads } = lossGradients(() => problem.call(0), parameters)
        optimizer.step(grads)
        return value
      })
      const value = loss.dataSync()[0] ?? Number.NaN
      loss.dispose()
      return value
    })
    expectClose(got, losses, 1e-5, 'losses')
    expectValues(problem, last, 'at the end')
    optimizer.dispose()
    problem.dispose()
  })

  test.each(Object.values(fuzz.misuse).map(({ cfg, error }) => [cfg, error] as const))('%j is an error: there %s', (cfg) => {
    const problem = new QuadraticProblem(data)
    expect(() => new RunContainer().build(OPTIMIZERS, cfg, [{ params: problem.parameters() }])).toThrow(TesseraError)
    problem.dispose()
  })
})

describe('wrappers', () => {
  test.each(Object.values(fuzz.wrappers).map((one) => [one.config, one.error, one] as const))('%j: error %s', (config, error, one) => {
    const problem = new QuadraticProblem(data)
    const run = () => {
      const container = new RunContainer()
      const groups = [{ params: [problem.x, problem.s] }, { params: [problem.W], lr: config.opt.lr * 0.5, weight_decay: 0 }]
      const optimizer = container.build(OPTIMIZERS, config.opt, groups) as Optimizer
      const options = {
        type: 'OptimWrapper',
        optimizer: config.opt,
        ...(config.acc === undefined ? {} : { accumulative_counts: config.acc }),
        ...(config.clip_grad === undefined ? {} : { clip_grad: config.clip_grad }),
      }
      const wrapper = container.build(OPTIM_WRAPPERS, options, optimizer) as OptimWrapper
      if (config.init !== undefined) wrapper.initializeCountStatus(...config.init)
      let norm: number | undefined
      try {
        for (let i = 0; i < (config.n ?? 16); i++) {
          const due = wrapper.shouldUpdate()
          const logged = wrapper.updateParams(() => problem.call(i))['grad_norm']
          if (logged !== undefined) norm = logged.dataSync()[0]
          logged?.dispose()
          const wanted = one.float32.steps[i]
          if (wanted === undefined) throw new Error(`the reference stopped before step ${i}`)
          expect(due).toBe(wanted.should_update_after)
          if (wanted.grad_norm === null) expect(norm).toBeUndefined()
          else expectClose([norm ?? Number.NaN], [wanted.grad_norm.last], 1e-5, `norm after ${i}`)
          expectValues(problem, wanted, `after ${i}`)
        }
      } finally {
        wrapper.dispose()
      }
    }
    if (error === undefined) run()
    else expect(run).toThrow(TesseraError)
    problem.dispose()
  })
})
