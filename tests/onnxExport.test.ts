import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from '@jest/globals'
import '@tessera/configs'
import { MODELS, RunContainer } from '@tessera/core'
import { BaseBackbone } from '@tessera/models'
import { buildModule } from '@tessera/nn'
import { currentBackend, exportOnnx, tf, useBackend } from '@tessera/runtime'

/** Small models of every backbone, with every option that changes the graph. */
const DATA = join(import.meta.dirname, '../packages/models/test-data/reference.tiny.json.gz')
const cases = JSON.parse(gunzipSync(readFileSync(DATA)).toString('utf8')) as {
  readonly model: { readonly type: string }
  readonly input: readonly [number, number, number, number]
}[]

beforeAll(async () => {
  await useBackend('auto')
})

// That the files compute what the models do is for onnxruntime to say: tests/reference/onnx.long.ts.
describe('every backbone goes to ONNX, for any batch size, under its parameters’ names', () => {
  test.each(cases.map((one, index) => [index, one.model.type, one] as const))('%i %s', (_index, _type, { model, input }) => {
    const backbone = buildModule(new RunContainer(), MODELS, model, BaseBackbone)
    backbone.nameState()
    for (const [, state] of backbone.namedState()) state.setValues(new Float32Array(state.size))
    backbone.eval()
    const [, channels, height, width] = input
    const before = tf.memory().numTensors
    const names = new Map([...backbone.namedParameters()].map(([name, { variable }]) => [variable, name]))
    const write = () =>
      exportOnnx((images) => [backbone.call(images)].flat(2) as tf.Tensor[], {
        image: [height, width, channels],
        outputs: (index) => `output${index}`,
        nameOf: (variable) => names.get(variable),
      })
    if (currentBackend()?.name === 'native') {
      const bytes = Buffer.concat(write())
      // Not all: some of the small models stop before their last stage.
      expect([...names.values()].filter((name) => bytes.includes(name)).length).toBeGreaterThan(names.size / 4)
    } else expect(write).toThrow(/only the native backend/)
    expect(tf.memory().numTensors).toBe(before)
    backbone.dispose()
  })
})
