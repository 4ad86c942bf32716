import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { TesseraError } from '@tessera/core'
import { useBackend } from '../backend/useBackend.js'
import { randomBernoulli, randomNormal, withStepRandom } from '../random/stepRandom.js'
import { stepEffect, stepGuard, stepInPlace, stepScalar, stepVector } from '../step/hostEvents.js'
import { tf } from '../tf.js'
import { CompiledFunction, type RecordingFacts } from './compiledFunction.js'

let native = false

beforeAll(async () => {
  native = (await useBackend('auto')).name === 'native'
})

type Step = (inputs: Readonly<Record<string, tf.Tensor>>) => tf.Tensor[]

let recordings: RecordingFacts[] = []
beforeEach(() => {
  recordings = []
})

/** Undefined without the native backend, where each test then asserts just that. */
async function compile(step: Step): Promise<CompiledFunction<string> | undefined> {
  const compiled = await CompiledFunction.create((inputs) => ({ outputs: step(inputs), meta: 'meta' }), {
    where: () => 'some.module',
    recorded: (facts) => recordings.push(facts),
  })
  expect(compiled !== undefined).toBe(native)
  return compiled
}

function numbers(compiled: CompiledFunction<string>, inputs: Record<string, tf.Tensor>): number[][] {
  const { outputs } = compiled.run(inputs)
  return outputs.map((output) => {
    const values = Array.from(output.dataSync())
    output.dispose()
    return values
  })
}

describe('a compiled step', () => {
  test('gives what the step gives, for each input anew, and leaves no tensor', async () => {
    const compiled = await compile(({ x }) => [tf.add(tf.square(x as tf.Tensor), tf.tensor1d([1, 2, 3]))])
    if (compiled === undefined) return
    const inputs = [tf.tensor1d([1, 2, 3]), tf.tensor1d([0, -1, 4])]
    const before = tf.memory().numTensors
    expect(numbers(compiled, { x: inputs[0] as tf.Tensor })).toEqual([[2, 6, 12]])
    expect(numbers(compiled, { x: inputs[1] as tf.Tensor })).toEqual([[1, 3, 19]])
    expect(recordings.length).toBe(1)
    expect(tf.memory().numTensors).toBe(before)
    compiled.dispose()
    tf.dispose(inputs)
  })

  test('keeps variables inside; reading and assigning them between steps works as ever', async () => {
    const total = tf.variable(tf.zeros([2]))
    const compiled = await compile(({ x }) => {
      total.assign(tf.add(total, x as tf.Tensor))
      return [tf.mul(total, 2)]
    })
    if (compiled === undefined) return
    const x = tf.tensor1d([1, 2])
    const before = tf.memory().numTensors
    expect(numbers(compiled, { x })).toEqual([[2, 4]])
    expect(numbers(compiled, { x })).toEqual([[4, 8]])
    expect(Array.from(total.dataSync())).toEqual([2, 4])
    const kept = total.clone()
    expect(numbers(compiled, { x })).toEqual([[6, 12]])
    expect(Array.from(kept.dataSync())).toEqual([2, 4])
    expect(Array.from(tf.tidy(() => tf.add(total, 1)).dataSync())).toEqual([4, 7])
    total.assign(kept)
    kept.dispose()
    expect(numbers(compiled, { x })).toEqual([[6, 12]])
    total.assign(tf.tidy(() => tf.tensor1d([100, 100])))
    expect(numbers(compiled, { x })).toEqual([[202, 204]])
    compiled.dispose()
    expect(Array.from(total.dataSync())).toEqual([101, 102])
    expect(tf.memory().numTensors).toBeLessThanOrEqual(before + 2)
    total.dispose()
    x.dispose()
  })
})

describe('what the host does in a step', () => {
  test('scalars and vectors are read anew, counters go on, in the order of the step', async () => {
    let count = 0
    const compiled = await compile(({ x }) => {
      const before = stepScalar(() => count)
      stepEffect(
        () => count++,
        () => count--,
      )
      const after = stepVector(() => [count, 10 * count])
      return [tf.add(x as tf.Tensor, before), tf.add(x as tf.Tensor, after)]
    })
    if (compiled === undefined) return
    const x = tf.tensor1d([0, 0])
    for (const step of [0, 1, 2, 3]) {
      expect(numbers(compiled, { x })).toEqual([
        [step, step],
        [step + 1, 10 * (step + 1)],
      ])
    }
    expect(count).toBe(4)
    expect(recordings.length).toBe(1)
    compiled.dispose()
    x.dispose()
  })

  test('another value of a guard is another recording; a known one is taken again, and counters count once', async () => {
    let count = 0
    const compiled = await compile(({ x }) => {
      stepEffect(
        () => count++,
        () => count--,
      )
      return [stepGuard(() => count % 3 === 0) ? tf.mul(x as tf.Tensor, 100) : (x as tf.Tensor)]
    })
    if (compiled === undefined) return
    const x = tf.tensor1d([1])
    const got = Array.from({ length: 7 }, () => numbers(compiled, { x })[0]?.[0])
    expect(got).toEqual([1, 1, 100, 1, 1, 100, 1])
    expect(count).toBe(7)
    expect(recordings.length).toBe(2)
    compiled.dispose()
    x.dispose()
  })
})

test('what a step throws on the host when it runs again takes back what the host did before', async () => {
  let [count, doubled] = [0, 0]
  const compiled = await compile(({ x }) => {
    stepEffect(
      () => count++,
      () => count--,
    )
    const left = stepScalar(() => {
      if (count > 2) throw new RangeError('two steps are enough')
      return 2 - count
    })
    stepEffect(
      () => {
        doubled += 2
      },
      () => {
        doubled -= 2
      },
    )
    return [tf.mul(x as tf.Tensor, left)]
  })
  if (compiled === undefined) return
  const x = tf.tensor1d([1])
  expect([numbers(compiled, { x }), numbers(compiled, { x })]).toEqual([[[1]], [[0]]])
  expect(() => compiled.run({ x })).toThrow('two steps are enough')
  expect([count, doubled]).toEqual([2, 4])
  compiled.dispose()
  x.dispose()
})

describe('several recordings', () => {
  test('another shape is another recording, and all see one state', async () => {
    const total = tf.variable(tf.scalar(0))
    const seen = tf.variable(tf.scalar(0))
    const compiled = await compile(({ x }) => {
      total.assign(tf.add(total, tf.sum(x as tf.Tensor)))
      return [total]
    })
    const reader = await compile(({ x }) => [tf.add(tf.mul(total, x as tf.Tensor), seen)])
    if (compiled === undefined || reader === undefined) return
    const [two, three, one] = [tf.ones([2]), tf.ones([3]), tf.scalar(10)]
    let sum = 0
    // More than it takes for an idle session to give its copies back.
    for (let step = 0; step < 30; step++) {
      const odd = step % 11 === 10
      sum += odd ? 3 : 2
      expect(numbers(compiled, { x: odd ? three : two })).toEqual([[sum]])
      if (step % 7 === 0) expect(numbers(reader, { x: one })).toEqual([[10 * sum]])
    }
    expect(recordings.map(({ recordings }) => recordings)).toEqual([1, 1, 2])
    expect(total.dataSync()[0]).toBe(sum)
    compiled.dispose()
    reader.dispose()
    expect(total.dataSync()[0]).toBe(sum)
    tf.dispose([total, seen, two, three, one])
  })

  test('whichever of its variables others change, and however many kinds of such changes there are, it sees them all', async () => {
    const variables = Array.from({ length: 5 }, (_, index) => tf.variable(tf.scalar(index)))
    const values = variables.map((_, index) => index)
    const step: Step = ({ x }) => {
      for (const variable of variables) variable.assign(tf.add(variable, x as tf.Tensor))
      return [tf.stack(variables)]
    }
    const compiled = await compile(step)
    const other = await compile(({ x }) => {
      variables[4]?.assign(tf.mul(variables[4], x as tf.Tensor))
      return [tf.add(variables[4] as tf.Tensor, 0)]
    })
    if (compiled === undefined || other === undefined) return
    const [one, two] = [tf.scalar(1), tf.scalar(2)]
    const before = tf.memory().numTensors
    for (let round = 0; round < 31; round++) {
      for (const [index, variable] of variables.entries()) {
        if (((round * 11) >> index) % 2 === 0) continue
        values[index] = round - index
        tf.tidy(() => variable.assign(tf.scalar(round - index)))
      }
      if (round % 3 === 0) {
        values[4] = 2 * (values[4] ?? 0)
        expect(numbers(other, { x: two })).toEqual([[values[4]]])
      }
      for (const index of values.keys()) values[index] = (values[index] ?? 0) + 1
      expect(numbers(compiled, { x: one })).toEqual([values])
    }
    expect(tf.memory().numTensors).toBe(before)
    compiled.dispose()
    other.dispose()
    expect(variables.map((variable) => variable.dataSync()[0])).toEqual(values)
    tf.dispose([...variables, one, two])
  })

  test('variables that a step makes are state from then on, whether they begin with a constant or with what it computes', async () => {
    let sum: tf.Variable | undefined
    let last: tf.Variable | undefined
    const compiled = await compile(({ x }) => {
      sum ??= tf.variable(tf.zeros([2]))
      last ??= tf.variable(tf.zerosLike(x as tf.Tensor))
      sum.assign(tf.add(sum, x as tf.Tensor))
      const before = tf.clone(last)
      last.assign(x as tf.Tensor)
      return [sum, before]
    })
    if (compiled === undefined) return
    for (const step of [1, 2, 3]) {
      const x = tf.tensor1d([step, 2 * step])
      const total = (step * (step + 1)) / 2
      expect(numbers(compiled, { x })).toEqual([
        [total, 2 * total],
        [step - 1, 2 * (step - 1)],
      ])
      x.dispose()
    }
    expect(recordings.length).toBe(2)
    compiled.dispose()
    tf.dispose([sum as tf.Variable | undefined, last as tf.Variable | undefined].filter((one) => one !== undefined))
  })

  test('a variable that is disposed and made again is another recording', async () => {
    let state = tf.variable(tf.scalar(1))
    const compiled = await compile(() => {
      state.assign(tf.mul(state, 2))
      return [state]
    })
    if (compiled === undefined) return
    const x = tf.scalar(0)
    expect(numbers(compiled, { x })).toEqual([[2]])
    state.dispose()
    state = tf.variable(tf.scalar(10))
    expect(numbers(compiled, { x })).toEqual([[20]])
    expect(numbers(compiled, { x })).toEqual([[40]])
    compiled.dispose()
    tf.dispose([state, x])
  })

  test('two variables that share their data, and a swap inside the step', async () => {
    const a = tf.variable(tf.scalar(1))
    const b = tf.variable(a.clone())
    const compiled = await compile(({ x }) => {
      const old = tf.clone(a)
      a.assign(b)
      b.assign(tf.add(old, x as tf.Tensor))
      return [a, b]
    })
    if (compiled === undefined) return
    const x = tf.scalar(1)
    expect(numbers(compiled, { x })).toEqual([[1], [2]])
    expect(numbers(compiled, { x })).toEqual([[2], [2]])
    expect(numbers(compiled, { x })).toEqual([[2], [3]])
    compiled.dispose()
    tf.dispose([a, b, x])
  })

  test('an input that is kept as state is copied: the caller disposes its own', async () => {
    const kept = tf.variable(tf.zeros([2]))
    const compiled = await compile(({ x }) => {
      const before = tf.clone(kept)
      kept.assign(x as tf.Tensor)
      return [before]
    })
    if (compiled === undefined) return
    for (const value of [1, 2, 3]) {
      const x = tf.tensor1d([value, value])
      expect(numbers(compiled, { x })).toEqual([[value - 1, value - 1]])
      x.dispose()
    }
    compiled.dispose()
    kept.dispose()
  })
})

describe('randomness', () => {
  test('draws of a recorded step are those of the step, step by step', async () => {
    const draw: Step = ({ step }) =>
      withStepRandom({ seed: 5, step: step as tf.Scalar }, () => [randomNormal([3]), randomBernoulli([8], 0.5), randomNormal([2])])
    const compiled = await compile(draw)
    if (compiled === undefined) return
    for (const number of [0, 1, 7]) {
      const step = tf.scalar(number, 'int32')
      const expected = tf.tidy(() => draw({ step })).map((tensor) => Array.from(tensor.dataSync()))
      expect(numbers(compiled, { step })).toEqual(expected)
    }
    expect(recordings.length).toBe(1)
    compiled.dispose()
  })
})

describe('what cannot be recorded says where and what to do, and nothing has changed', () => {
  const REFUSED: readonly (readonly [string, RegExp, Step])[] = [
    ['a read-back of an input', /read back.*stepScalar/, ({ x }) => [tf.scalar((x as tf.Tensor).dataSync()[0] ?? 0)]],
    ['a read-back of what is computed', /read back/, ({ x }) => [tf.scalar(tf.sum(x as tf.Tensor).arraySync() as number)]],
    ['tf.randomNormal', /drawn by JavaScript.*randomNormal/, ({ x }) => [tf.add(x as tf.Tensor, tf.randomNormal([2]))]],
    ['tf.dropout', /drawn by JavaScript/, ({ x }) => [tf.dropout(x as tf.Tensor, 0.5)]],
    ['Math.random', /drawn by JavaScript/, ({ x }) => [tf.mul(x as tf.Tensor, Math.random())]],
    ['tf.multinomial', /drawn by JavaScript|Multinomial/, ({ x }) => [tf.multinomial(x as tf.Tensor1D, 3)]],
    ['tf.multinomial with a seed', /Multinomial/, ({ x }) => [tf.multinomial(x as tf.Tensor1D, 3, 1)]],
    ['tf.unique', /UniqueV2.*cannot be part/, ({ x }) => [tf.unique(x as tf.Tensor1D).values]],
    ['non-maximum suppression', /NonMaxSuppression/, ({ x }) => [tf.image.nonMaxSuppression(tf.ones([2, 4]), x as tf.Tensor1D, 1)]],
  ]
  test.each(REFUSED)('%s', async (_, message, step) => {
    const state = tf.variable(tf.tensor1d([1, 2]))
    let count = 0
    const compiled = await compile((inputs) => {
      stepEffect(
        () => count++,
        () => count--,
      )
      state.assign(tf.add(state, inputs['x'] as tf.Tensor))
      return step(inputs)
    })
    if (compiled === undefined) return
    const x = tf.tensor1d([1, 2])
    const before = tf.memory().numTensors
    let error: unknown
    try {
      compiled.run({ x })
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(TesseraError)
    expect(error instanceof TesseraError && error.code).toBe('NOT_RECORDABLE')
    expect(String(error)).toMatch(message)
    expect(String(error)).toContain('some.module')
    expect(Array.from(state.dataSync())).toEqual([1, 2])
    expect(count).toBe(0)
    expect(tf.memory().numTensors).toBe(before)
    // TensorFlow.js itself works as before.
    expect(tf.sum(x).dataSync()[0]).toBe(3)
    expect(Math.random()).toBeLessThan(1)
    tf.dispose([state, x])
  })

  test('what depends on constants alone may be read, drawn with a seed, and kept for later', async () => {
    let table: tf.Tensor | undefined
    const compiled = await compile(({ x }) => {
      table ??= tf.keep(tf.mul(tf.linspace(0, 1, 2), tf.randomUniform([2], 1, 1.0001, 'float32', 3)))
      const size = tf.sum(tf.tensor1d([1, 2])).dataSync()[0] ?? 0
      return [tf.add(tf.mul(x as tf.Tensor, size), table)]
    })
    if (compiled === undefined) return
    const x = tf.tensor1d([1, 2])
    const got = numbers(compiled, { x })[0] ?? []
    expect(got[0]).toBeCloseTo(3, 3)
    expect(got[1]).toBeCloseTo(7, 3)
    expect(Array.from((table as tf.Tensor | undefined)?.dataSync() ?? [])[1]).toBeCloseTo(1, 3)
    compiled.dispose()
    table?.dispose()
    x.dispose()
  })
})

describe('an op that writes variables in place', () => {
  /** x · scale − 0.1 · (m' = 0.9 m + grad), by TensorFlow's own momentum. */
  const update = (x: tf.Variable, m: tf.Variable, grad: tf.Tensor, scale?: tf.Tensor) =>
    stepInPlace({
      op: 'ResourceApplyMomentum',
      variables: [x, m],
      inputs: [tf.scalar(0.1), grad, tf.scalar(0.9)],
      flags: { use_locking: false, use_nesterov: false },
      scale,
    })
  const close = (got: number[][], wanted: number[][]) => {
    expect(got.map((values) => values.map((value) => Math.fround(Number(value.toPrecision(5)))))).toEqual(
      wanted.map((values) => values.map(Math.fround)),
    )
  }

  test('is seen by what the step reads afterwards, and by nothing that it read before, however late that is used', async () => {
    const x = tf.variable(tf.tensor1d([1, 2]))
    const m = tf.variable(tf.tensor1d([0, 1]))
    const before = tf.tidy(() => tf.clone(m))
    const compiled = await compile(({ grad }) => {
      const [old, oldM] = [tf.clone(x), tf.clone(m)]
      update(x, m, grad as tf.Tensor)
      return [tf.mul(x, 1), tf.mul(m, 1), tf.mul(old, 2), tf.mul(oldM, 2)]
    })
    if (compiled === undefined) return
    const grad = tf.tensor1d([1, -1])
    close(numbers(compiled, { grad }), [
      [0.9, 2.01],
      [1, -0.1],
      [2, 4],
      [0, 2],
    ])
    // Read outside, and held on to: the next step leaves what was read alone.
    const held = tf.clone(x)
    close([Array.from(held.dataSync())], [[0.9, 2.01]])
    close(numbers(compiled, { grad })[0] === undefined ? [] : [Array.from(x.dataSync()), Array.from(held.dataSync())], [
      [0.71, 2.119],
      [0.9, 2.01],
    ])
    // Assigned outside.
    x.assign(tf.tidy(() => tf.tensor1d([5, 5])))
    close([numbers(compiled, { grad })[2] ?? []], [[10, 10]])
    expect(recordings.length).toBe(1)
    compiled.dispose()
    tf.dispose([x, m, before, held, grad])
  })

  test('takes what the step assigned before, a factor, and itself again', async () => {
    const x = tf.variable(tf.tensor1d([1, 2]))
    const m = tf.variable(tf.zeros([2]))
    const compiled = await compile(({ grad }) => {
      x.assign(tf.add(x, 1))
      update(x, m, grad as tf.Tensor, tf.scalar(0.5))
      update(x, m, grad as tf.Tensor)
      return [tf.mul(x, 1), tf.mul(m, 1)]
    })
    if (compiled === undefined) return
    const grad = tf.tensor1d([1, -1])
    close(numbers(compiled, { grad }), [
      [0.71, 1.79],
      [1.9, -1.9],
    ])
    close([Array.from(x.dataSync())], [[0.71, 1.79]])
    compiled.dispose()
    tf.dispose([x, m, grad])
  })

  test('a step that fails on the way to it leaves the variables alone', async () => {
    const x = tf.variable(tf.tensor1d([1, 2]))
    const m = tf.variable(tf.zeros([2]))
    const compiled = await compile(({ at }) => {
      const picked = tf.gather(tf.mul(x, 2), at as tf.Tensor1D)
      update(x, m, picked, tf.scalar(0.5))
      return [tf.mul(x, 1)]
    })
    if (compiled === undefined) return
    const [inside, outside] = [tf.tensor1d([0, 1], 'int32'), tf.tensor1d([0, 9], 'int32')]
    close(numbers(compiled, { at: inside }), [[0.3, 0.6]])
    expect(() => compiled.run({ at: outside })).toThrow(TesseraError)
    close(
      [Array.from(x.dataSync()), Array.from(m.dataSync())],
      [
        [0.3, 0.6],
        [2, 4],
      ],
    )
    compiled.dispose()
    tf.dispose([x, m, inside, outside])
  })

  test('is for recorded steps', () => {
    const x = tf.variable(tf.zeros([2]))
    expect(() => update(x, x, x)).toThrow(/ResourceApplyMomentum runs in recorded steps only/)
    x.dispose()
  })
})

test('a run that TensorFlow refuses is a TesseraError, and the state is as before', async () => {
  const state = tf.variable(tf.tensor1d([1, 2]))
  let steps = 0
  const compiled = await compile(({ index }) => {
    stepEffect(
      () => steps++,
      () => steps--,
    )
    const picked = tf.gather(tf.tensor1d([1, 2, 3]), index as tf.Tensor1D)
    state.assign(tf.add(state, picked))
    return [picked]
  })
  if (compiled === undefined) return
  expect(numbers(compiled, { index: tf.tensor1d([0, 1], 'int32') })).toEqual([[1, 2]])
  let error: unknown
  try {
    compiled.run({ index: tf.tensor1d([0, 7], 'int32') })
  } catch (thrown) {
    error = thrown
  }
  expect(error instanceof TesseraError && error.code).toBe('COMPILED_STEP')
  expect(String(error)).toContain('some.module')
  expect(steps).toBe(1)
  expect(Array.from(state.dataSync())).toEqual([2, 4])
  expect(numbers(compiled, { index: tf.tensor1d([0, 1], 'int32') })).toEqual([[1, 2]])
  expect(Array.from(state.dataSync())).toEqual([3, 6])
  expect(steps).toBe(2)
  compiled.dispose()
  state.dispose()
})

test('a run that needs more memory than there is says what helps, leaves the state, no tensor and no file', async () => {
  const state = tf.variable(tf.tensor1d([1, 2]))
  const compiled = await compile(({ x }) => {
    // 64 TB: a wish that no machine grants.
    const all = tf.tile(x as tf.Tensor, [2 ** 22, 2 ** 22])
    state.assign(tf.add(state, tf.sum(all)))
    return [tf.sum(tf.square(all))]
  })
  if (compiled === undefined) return
  const x = tf.ones([1, 1])
  const before = tf.memory().numTensors
  const files = () => readdirSync(tmpdir()).filter((name) => name.startsWith(`tessera-graph-${process.pid}-`))
  expect(() => compiled.run({ x })).toThrow(
    expect.objectContaining({ code: 'COMPILED_STEP', message: expect.stringMatching(/Try a smaller batch, or gradient accumulation/) }),
  )
  expect(tf.memory().numTensors).toBe(before)
  expect(Array.from(state.dataSync())).toEqual([1, 2])
  expect(files()).toEqual([])
  compiled.dispose()
  tf.dispose([x, state])
})
