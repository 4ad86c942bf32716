import { beforeAll, expect, test } from '@jest/globals'
import { Parameter } from '@tessera/nn'
import { CompiledFunction, stepGuard, tf, useBackend } from '@tessera/runtime'
import { GradientAccumulator } from './gradientAccumulator.js'

let native = false
beforeAll(async () => {
  native = (await useBackend('auto')).name === 'native'
})

const [a, b] = ['a', 'b'].map((name) => Object.assign(new Parameter([1]), { name })) as [Parameter, Parameter]

/** Windows of four with the gradients 1, 2, 3, … of `a`, and one for `b` in every third call. @returns what each window took */
function windows(calls: number, call: (index: number, due: boolean) => Record<string, number> | undefined) {
  return Array.from({ length: calls }, (_, index) => call(index, index % 4 === 3)).filter((taken) => taken !== undefined)
}

test('sums of windows; a parameter that no gradient reached in one is absent, whatever it had before', () => {
  const accumulator = new GradientAccumulator()
  const taken = windows(16, (index, due) =>
    tf.tidy(() => {
      const grads = new Map([[a, tf.tensor1d([index + 1])]])
      if (index < 4 || index === 13) grads.set(b, tf.tensor1d([-1]))
      if (!due) return void accumulator.add(grads)
      return Object.fromEntries([...accumulator.take(grads)].map(([{ name }, sum]) => [name, sum.dataSync()[0] ?? Number.NaN]))
    }),
  )
  expect(taken).toEqual([{ a: 10, b: -4 }, { a: 26 }, { a: 42 }, { a: 58, b: -1 }])
  expect(accumulator.isEmpty).toBe(true)
  accumulator.dispose()
})

test('a recorded window is two graphs: one for all calls that add, one for the call that takes', async () => {
  const accumulator = new GradientAccumulator()
  let due = false
  let recordings = 0
  const compiled = await CompiledFunction.create(
    ({ x }) => {
      const grads = new Map([[a, x as tf.Tensor]])
      if (stepGuard(() => due)) return { outputs: [...accumulator.take(grads).values()], meta: undefined }
      accumulator.add(grads)
      return { outputs: [], meta: undefined }
    },
    { recorded: () => recordings++ },
  )
  expect(compiled !== undefined).toBe(native)
  if (compiled === undefined) return
  const taken = windows(12, (index, last) => {
    due = last
    const x = tf.tensor1d([index + 1])
    const { outputs } = compiled.run({ x })
    const [sum] = outputs.map((output) => output.dataSync()[0] ?? Number.NaN)
    tf.dispose([x, ...outputs])
    return last ? { a: sum ?? Number.NaN } : undefined
  })
  expect(taken).toEqual([{ a: 10 }, { a: 26 }, { a: 42 }])
  expect(recordings).toBe(2)
  compiled.dispose()
  accumulator.dispose()
})
