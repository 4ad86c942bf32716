import { beforeAll, expect, test } from '@jest/globals'
import { type HostBatch, type ImageArray, MODELS, RunContainer } from '@tessera/core'
import { BaseDataPreprocessor, buildModule, type TensorBatch } from '@tessera/nn'
import { tf, useBackend } from '@tessera/runtime'
import { dataPlugin } from '../plugin.js'

beforeAll(async () => {
  await useBackend('auto')
})

const pixel = (...data: number[]): ImageArray => ({ data: Uint8Array.from(data), height: 1, width: data.length / 3, channels: 3 })
const build = (config: object) => buildModule(new RunContainer(), MODELS, config, BaseDataPreprocessor)

const BATCH: HostBatch = {
  inputs: [pixel(10, 20, 30), pixel(40, 50, 60)],
  views: [[pixel(0, 0, 255), pixel(1, 2, 3)]],
  data_samples: [
    { metainfo: {}, mask: { data: Uint8Array.from([1, 0]), height: 1, width: 2 } },
    { metainfo: {}, mask: { data: Uint8Array.from([0, 1]), height: 1, width: 2 } },
  ],
}

async function through(config: object, batch: HostBatch): Promise<Record<string, number[]>> {
  const preprocessor = build(config)
  const before = tf.memory().numTensors
  const made = tf.tidy(() => preprocessor.call(preprocessor.upload(batch), true)) as TensorBatch
  const values = await Promise.all(Object.entries(made).map(async ([key, tensor]) => [key, Array.from(await tensor.data())] as const))
  tf.dispose(made)
  preprocessor.dispose()
  expect(tf.memory().numTensors).toBe(before)
  return Object.fromEntries(values)
}

test('every view is flipped and normalized; masks come along', async () => {
  expect(dataPlugin.length).toBeGreaterThan(0)
  const config = { type: 'SelfSupDataPreprocessor', mean: [30, 20, 10], std: [1, 2, 4], to_rgb: true }
  expect(await through(config, BATCH)).toEqual({
    inputs: [0, 0, 0, 30, 15, 7.5],
    view_1: [225, -10, -2.5, -27, -9, -2.25],
    mask: [1, 0, 0, 1],
  })
  const { views: _, ...single } = BATCH
  expect(
    Object.keys(await through({ type: 'SelfSupDataPreprocessor' }, { ...single, data_samples: [{ metainfo: {} }, { metainfo: {} }] })),
  ).toEqual(['inputs'])
})

test('the second view has statistics of its own', async () => {
  const config = { type: 'TwoNormDataPreprocessor', mean: [0, 0, 0], std: [10, 10, 10], second_mean: [-1, -1, -1], second_std: [2, 2, 2] }
  const { inputs, view_1 } = await through(config, BATCH)
  expect(inputs).toEqual([1, 2, 3, 4, 5, 6].map((value) => expect.closeTo(value, 5)))
  expect(view_1).toEqual([0.5, 0.5, 128, 1, 1.5, 2])
})

test.each([
  [{ type: 'SelfSupDataPreprocessor', mean: [1] }, /mean and std come together/],
  [{ type: 'TwoNormDataPreprocessor', second_mean: [1], second_std: [0] }, /second_std/],
  [{ type: 'TwoNormDataPreprocessor', second_std: [1] }, /second_mean/],
])('%j', (config, message) => {
  expect(() => build(config)).toThrow(message)
})

test('masks of different sizes, and statistics for other channels, are refused', () => {
  const preprocessor = build({ type: 'SelfSupDataPreprocessor' })
  const [first] = BATCH.data_samples
  expect(() => preprocessor.upload({ ...BATCH, data_samples: [first ?? { metainfo: {} }, { metainfo: {} }] })).toThrow(/masks of a batch/)
  expect(() => build({ type: 'SelfSupDataPreprocessor', mean: [1, 2], std: [1, 1] }).upload(BATCH)).toThrow(/another number of channels/)
})
