import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { type PipelineItem, RunContainer, TRANSFORMS } from '@tessera/core'
import { RandomStream } from '@tessera/runtime'
import { imageOf } from '../image/imageArray.js'
import { dataPlugin } from '../plugin.js'

interface Golden {
  readonly pipeline: readonly Record<string, unknown>[]
  /** As the reference packs it: channels × height × width. */
  readonly images: Readonly<
    Record<string, { shape: readonly [number, number, number]; data: string; dtype?: 'float32'; scale_factor?: readonly number[] }>
  >
}

const DATA = join(import.meta.dirname, '../../test-data')
const golden = JSON.parse(gunzipSync(readFileSync(join(DATA, 'pipelines.json.gz'))).toString('utf8')) as Record<string, Golden>
const cases = Object.entries(golden).flatMap(([name, { pipeline, images }]) =>
  Object.entries(images).map(([image, expected]) => ({ name, image, pipeline, expected })),
)

describe('pipelines answer what MMPreTrain answered: bytes to the last bit, normalized floats to 1e-5', () => {
  expect(dataPlugin.length).toBeGreaterThan(0)

  test.each(cases)('$name on $image', async ({ image, pipeline, expected }) => {
    let item: PipelineItem = { img_path: join(DATA, `${image}.png`) }
    for (const step of pipeline.slice(0, -1)) item = await apply(untuple(step), item)
    const { height, width, channels, data } = imageOf(item)
    expect([channels, height, width]).toEqual(expected.shape)
    for (const [axis, factor] of (expected.scale_factor ?? []).entries()) {
      const got: unknown = item['scale_factor']
      expect(Array.isArray(got) ? got[axis] : undefined).toBeCloseTo(factor, 8)
    }
    const bytes = Buffer.from(expected.data, 'base64')
    const reference = expected.dtype === 'float32' ? new Float32Array(Uint8Array.from(bytes).buffer) : bytes
    const tolerance = expected.dtype === 'float32' ? 1e-5 : 0
    expect(reference.length).toBe(data.length)
    let different = 0
    for (const [i, value] of reference.entries()) {
      const got = data[(i % (height * width)) * channels + Math.floor(i / (height * width))] ?? Number.NaN
      if (!(Math.abs(got - value) <= tolerance * Math.max(1, Math.abs(value)))) different++
    }
    expect(different).toBe(0)
  })
})

async function apply(config: object, item: PipelineItem): Promise<PipelineItem> {
  const result = await new RunContainer().build(TRANSFORMS, config).transform(item, new RandomStream(0))
  if (result === null) throw new Error('the transform dropped the image')
  return result
}

function untuple(step: Record<string, unknown>): object {
  const plain = (value: unknown) => (typeof value === 'object' && value !== null && '__tuple__' in value ? value.__tuple__ : value)
  return Object.fromEntries(Object.entries(step).map(([key, value]) => [key, plain(value)]))
}
