import { beforeAll, expect, test } from '@jest/globals'
import { tf, useBackend } from '@tessera/runtime'
import { AvgPool2d, type AvgPool2dOptions, MaxPool2d, type Pool2dOptions } from './pool2d.js'

beforeAll(async () => {
  await useBackend('auto')
})

const image = () => tf.tensor4d([-1, -2, -3, -4, -5, -6, -7, -8, -9], [1, 3, 3, 1])

async function run(layer: MaxPool2d | AvgPool2d): Promise<{ shape: number[]; values: number[] }> {
  const output = tf.tidy(() => layer.call(image()))
  const result = { shape: output.shape, values: Array.from(await output.data()) }
  output.dispose()
  return result
}

test.each<[Pool2dOptions, number[], number[]]>([
  [{ kernelSize: 2 }, [1, 1, 1, 1], [-1]],
  [{ kernelSize: 2, ceilMode: true }, [1, 2, 2, 1], [-1, -3, -7, -9]],
  // Padding never wins, though zero is above every value.
  [{ kernelSize: 3, stride: 2, padding: 1 }, [1, 2, 2, 1], [-1, -2, -4, -5]],
])('max pooling %j', async (options, shape, values) => {
  expect(await run(new MaxPool2d(options))).toEqual({ shape, values })
})

test.each<[AvgPool2dOptions, number[], number[]]>([
  [{ kernelSize: 2 }, [1, 1, 1, 1], [-3]],
  [{ kernelSize: 2, ceilMode: true, countIncludePad: false }, [1, 2, 2, 1], [-3, -4.5, -7.5, -9]],
  [{ kernelSize: 2, ceilMode: true }, [1, 2, 2, 1], [-3, -4.5, -7.5, -9]],
  [{ kernelSize: 3, stride: 2, padding: 1 }, [1, 2, 2, 1], [-12 / 9, -16 / 9, -24 / 9, -28 / 9]],
  [{ kernelSize: 3, stride: 2, padding: 1, countIncludePad: false }, [1, 2, 2, 1], [-3, -4, -6, -7]],
])('average pooling %j', async (options, shape, values) => {
  const got = await run(new AvgPool2d(options))
  expect(got.shape).toEqual(shape)
  for (const [i, value] of got.values.entries()) expect(value).toBeCloseTo(values[i] ?? Number.NaN, 5)
})
