import { beforeAll, describe, expect, test } from '@jest/globals'
import { OPTIM_WRAPPERS, OPTIMIZERS, RunContainer, TesseraError } from '@tessera/core'
import { CompiledFunction, tf, useBackend } from '@tessera/runtime'
import type { Optimizer } from '../optimizers/optimizer.js'
import { expectClose } from '../testing/closeTo.js'
import { type QuadraticData, QuadraticProblem } from '../testing/quadraticProblem.js'
import { readGolden } from '../testing/readGolden.js'
import '../plugin.js'
import type { OptimWrapper } from './optimWrapper.js'

interface Step {
  readonly loss: number
  readonly should_update_after: boolean
  readonly grad_norm: { last: number } | null
  readonly x: number[]
  readonly W: number[][]
  readonly s: number[]
}
interface Config {
  readonly opt: { type: string; lr: number }
  readonly clip_grad?: unknown
  readonly acc?: number
  readonly init?: [number, number]
  readonly n?: number
}
interface Wrapped {
  readonly get_lr: Record<string, number[]>
  readonly get_momentum: Record<string, number[]>
  readonly param_groups: Record<string, unknown>[]
}
const golden = readGolden<{
  problem: QuadraticData
  cases: Record<string, { config: Config; float32: { steps: Step[]; error?: { message: string } } }>
  wrappers: Record<string, Wrapped>
}>('optim_wrapper')

/** What is an exception there, and its one clear sentence here. */
const ERRORS: Record<string, RegExp> = {
  acc4_max12_overrun: /updateParams is called more often than the run has iterations; got 13, expected at most 12/,
  err_acc_0: /accumulative_counts: accumulative_counts must be at least 1; got 0/,
  err_clip_not_dict: /clip_grad: OptimWrapper cannot take this value; got 1, expected Object/,
  err_clip_only_type: /clip_grad\.max_norm: OptimWrapper needs the option 'max_norm'/,
  err_clip_unknown_type: /clip_grad\.type: .*got 'foo', expected "norm"/,
  err_clip_unknown_arg: /clip_grad\.maxnorm: OptimWrapper has no option 'maxnorm'.*Did you mean 'max_norm'/,
}

beforeAll(() => useBackend('auto'))

function build(config: Config, problem: QuadraticProblem): OptimWrapper {
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
  return wrapper
}

/** One training step; its gradient norm, if the optimizer stepped and clips. */
type TrainStep = (i: number) => tf.Tensor | undefined

const opByOp =
  (wrapper: OptimWrapper, problem: QuadraticProblem): TrainStep =>
  (i) =>
    wrapper.updateParams(() => problem.call(i))['grad_norm']

/** Where nothing can be compiled it runs op by op, as in a run. */
async function compiled(wrapper: OptimWrapper, problem: QuadraticProblem): Promise<{ train: TrainStep; dispose(): void }> {
  const step = await CompiledFunction.create((inputs: Readonly<Record<string, tf.Tensor>>) => ({
    outputs: Object.values(wrapper.updateParams(() => problem.call(inputs['i'] ?? 0))),
    meta: undefined,
  }))
  if (step === undefined) return { train: opByOp(wrapper, problem), dispose() {} }
  const train = (count: number) => {
    const i = tf.scalar(count)
    try {
      return step.run({ i }).outputs[0]
    } finally {
      i.dispose()
    }
  }
  return { train, dispose: () => step.dispose() }
}

function run(config: Config, wrapper: OptimWrapper, problem: QuadraticProblem, steps: readonly Step[], train: TrainStep): void {
  let lastNorm: number | undefined
  for (let i = 0; i < (config.n ?? 16); i++) {
    const wanted = steps[i]
    const due = wrapper.shouldUpdate()
    const norm = train(i)
    expect(due).toBe(wanted?.should_update_after)
    if (norm !== undefined) lastNorm = norm.dataSync()[0]
    norm?.dispose()
    if (wanted === undefined) throw new Error(`the reference stopped before step ${i}`)
    if (wanted.grad_norm === null) expect(lastNorm).toBeUndefined()
    else expectClose([lastNorm ?? Number.NaN], [wanted.grad_norm.last], 1e-5, `grad_norm after ${i}`)
    const got = problem.values()
    expectClose(got.x, wanted.x, 1e-5, `x after ${i}`)
    expectClose(got.W, wanted.W.flat(), 1e-5, `W after ${i}`)
    expectClose(got.s, wanted.s, 1e-5, `s after ${i}`)
  }
}

function caught(fn: () => void): string {
  try {
    fn()
  } catch (error) {
    return error instanceof TesseraError ? error.message : ''
  }
  return ''
}

describe('updateParams as MMEngine', () => {
  test.each(Object.entries(golden.cases))('%s', (name, { config, float32 }) => {
    const problem = new QuadraticProblem(golden.problem)
    const attempt = () => {
      const wrapper = build(config, problem)
      try {
        run(config, wrapper, problem, float32.steps, opByOp(wrapper, problem))
      } finally {
        wrapper.dispose()
      }
    }
    if (float32.error === undefined) attempt()
    else expect(caught(attempt)).toMatch(ERRORS[name] ?? /(?!)/)
    problem.dispose()
  })

  test.each(Object.entries(golden.cases).filter(([name]) => !name.startsWith('err_')))(
    '%s, compiled',
    async (name, { config, float32 }) => {
      const problem = new QuadraticProblem(golden.problem)
      const wrapper = build(config, problem)
      const { train, dispose } = await compiled(wrapper, problem)
      const attempt = () => run(config, wrapper, problem, float32.steps, train)
      if (float32.error === undefined) attempt()
      else expect(caught(attempt)).toMatch(ERRORS[name] ?? /(?!)/)
      dispose()
      wrapper.dispose()
      problem.dispose()
    },
  )

  test('every case was there', () => expect(Object.keys(golden.cases).length).toBe(17))
})

describe('what a wrapper answers', () => {
  const OPTIMIZER = {
    sgd: { type: 'SGD', lr: 0.01, momentum: 0.9, weight_decay: 0.01 },
    adamw: { type: 'AdamW', lr: 0.05, weight_decay: 0.05 },
  }

  test.each((['sgd', 'adamw'] as const).flatMap((name) => (['one', 'two'] as const).map((groups) => [name, groups] as const)))(
    '%s, %s group(s)',
    (name, groups) => {
      const wanted = golden.wrappers[`${name}_${groups}_group${groups === 'two' ? 's' : ''}`]
      if (wanted === undefined) throw new Error('no golden case')
      const problem = new QuadraticProblem(golden.problem)
      const opt = OPTIMIZER[name]
      const container = new RunContainer()
      const inits =
        groups === 'one'
          ? [{ params: problem.parameters() }]
          : [{ params: [problem.x, problem.s] }, { params: [problem.W], lr: opt.lr * 0.5 }]
      const optimizer = container.build(OPTIMIZERS, opt, inits) as Optimizer
      const wrapper = container.build(OPTIM_WRAPPERS, { type: 'OptimWrapper', optimizer: opt }, optimizer) as OptimWrapper
      expect(wrapper.getLr()).toEqual(wanted.get_lr)
      expect(wrapper.getMomentum()).toEqual(wanted.get_momentum)
      expect(wrapper.paramGroups.length).toBe(wanted.param_groups.length)
      wrapper.paramGroups.forEach((group, i) => {
        const { params: _count, ...settings } = wanted.param_groups[i] ?? {}
        expect(group).toMatchObject(settings)
      })
      problem.dispose()
    },
  )
})

test('no tensor grows, with accumulation and clipping', () => {
  const problem = new QuadraticProblem(golden.problem)
  const wrapper = build({ opt: { type: 'AdamW', lr: 0.05 }, acc: 3, clip_grad: { max_norm: 1 } }, problem)
  const counts: number[] = []
  for (let i = 0; i < 12; i++) {
    const logged = wrapper.updateParams(() => problem.call(i))
    logged['grad_norm']?.dispose()
    counts.push(tf.memory().numTensors)
  }
  expect(new Set(counts.slice(3)).size).toBe(1)
  const before = tf.memory().numTensors
  wrapper.dispose()
  // Two Adam slots and the ones of the three parameters' pack, and a sum for each of them.
  expect(tf.memory().numTensors).toBe(before - 6)
  problem.dispose()
})
