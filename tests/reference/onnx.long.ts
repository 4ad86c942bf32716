import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import '@tessera/configs'
import { type ConfigDict, MODELS, RunContainer } from '@tessera/core'
import { BaseBackbone, zooEntry } from '@tessera/models'
import { BaseModel, buildModule, exportModel, type Module, writeWhole } from '@tessera/nn'
import { currentBackend, exportOnnx, tf, useBackend } from '@tessera/runtime'
import { noise, setFormulaWeights } from '../../packages/models/src/testing/formulaWeights.js'
import { npmPackage } from './npmPackage.js'
import { ROOT } from './pythonPackage.js'

/** Full-size models by their names in the zoo; every other kind is tried small. */
const FULL_SIZE: readonly (readonly [string, number])[] = [
  ['vit-base-p16_32xb128-mae_in1k', 224],
  ['swin-tiny_16xb64_in1k', 224],
  ['convnext-tiny_32xb128_in1k', 224],
  ['resnet50_8xb32_in1k', 224],
  ['mobilenet-v3-large_8xb128_in1k', 224],
  ['efficientnet-b0_3rdparty_8xb32_in1k', 224],
]

/** Small models of every backbone, with every option that changes the graph. */
const DATA = join(ROOT, 'packages/models/test-data/reference.tiny.json.gz')
const small = JSON.parse(gunzipSync(readFileSync(DATA)).toString('utf8')) as {
  readonly model: { readonly type: string }
  readonly input: readonly [number, number, number, number]
}[]

let runtime = ''
let folder = ''

beforeAll(async () => {
  await useBackend('native')
  runtime = npmPackage('onnxruntime-node@1.27.0')
  folder = mkdtempSync(join(tmpdir(), 'tessera-onnx-'))
}, 600_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('this suite needs the native backend', () => expect(currentBackend()?.name).toBe('native'))

interface Trial {
  readonly title: string
  /** NCHW */
  readonly dims: readonly [number, number, number, number]
  readonly pixels: Float32Array
  readonly file: string
  readonly ours: readonly { readonly shape: readonly number[]; readonly values: Float32Array }[]
}

/** Writes the model as ONNX, and says what it gives for a batch of another size than it was recorded with. */
function tried(
  title: string,
  model: Module,
  dims: Trial['dims'],
  write: () => Uint8Array[],
  call: (images: tf.Tensor4D) => tf.Tensor[],
): Trial {
  setFormulaWeights(model)
  model.eval()
  const before = tf.memory().numTensors
  const file = join(folder, `${title}.onnx`)
  writeWhole(file, write())
  // Of each model its own: PyramidVig's nearest neighbours in the one image that all had before were a tie but for 1e-6, which rounding breaks.
  const pixels = Float32Array.from(
    noise(
      `image ${title}`,
      dims.reduce((a, b) => a * b),
    ),
  )
  const outputs = tf.tidy(() => call(tf.transpose(tf.tensor4d(pixels, [...dims]), [0, 2, 3, 1])))
  const ours = outputs.map((one) => ({ shape: one.shape, values: Float32Array.from(one.dataSync()) }))
  tf.dispose(outputs)
  expect([title, tf.memory().numTensors]).toEqual([title, before])
  model.dispose()
  return { title, dims, pixels, file, ours }
}

/** The largest difference of each, relative to its largest value. */
function differences(trials: readonly Trial[]): [title: string, output: number, difference: number][] {
  const jobs = trials.map(({ file, dims, pixels }) => {
    writeFileSync(`${file}.input`, new Uint8Array(pixels.buffer))
    return { file, input: `${file}.input`, dims }
  })
  writeFileSync(join(folder, 'jobs.json'), JSON.stringify(jobs))
  const script = join(import.meta.dirname, 'runOnnx.mjs')
  const answer = execFileSync(process.execPath, [script, runtime, join(folder, 'jobs.json')], { encoding: 'utf8', maxBuffer: 2 ** 24 })
  const shapes = JSON.parse(answer) as Record<string, number[]>[]
  return trials.flatMap(({ title, file, ours }, index) =>
    ours.map(({ shape, values }, output): [string, number, number] => {
      const name = ours.length === 1 ? 'output' : `output${output}`
      expect([title, shapes[index]?.[name]]).toEqual([title, shape])
      const bytes = readFileSync(`${file}.${name}`)
      const got = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
      const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
      expect([title, output, scale > 0]).toEqual([title, output, true])
      return [title, output, values.reduce((most, value, i) => Math.max(most, Math.abs(value - (got[i] ?? Number.NaN))), 0) / scale]
    }),
  )
}

describe('onnxruntime gives the same, whatever the batch size', () => {
  test.each(FULL_SIZE)(
    '%s at %i',
    (name, size) => {
      const { data_preprocessor: _, ...config } = zooEntry(name).model as ConfigDict
      const model = buildModule(new RunContainer(), MODELS, config, BaseModel)
      const trial = tried(
        name,
        model,
        [1, 3, size, size],
        () => exportModel(model, { image: [size, size, 3] }),
        (inputs) => [model.call({ inputs } as never) as unknown as tf.Tensor],
      )
      expect(differences([trial]).filter(([, , difference]) => !(difference < 1e-4))).toEqual([])
      rmSync(trial.file)
    },
    300_000,
  )

  test('small models of every backbone', () => {
    const trials = small.map(({ model, input: [batch, channels, height, width] }, index) => {
      const backbone = buildModule(new RunContainer(), MODELS, model, BaseBackbone)
      const call = (images: tf.Tensor4D) => [backbone.call(images)].flat(2) as tf.Tensor[]
      const write = () => {
        const names = new Map([...backbone.namedState()].map(([name, { variable }]) => [variable, name]))
        let count = 1
        return exportOnnx(
          (images) => {
            const outputs = call(images)
            count = outputs.length
            return outputs
          },
          {
            image: [height, width, channels],
            outputs: (i) => (count === 1 ? 'output' : `output${i}`),
            nameOf: (variable) => names.get(variable),
          },
        )
      }
      return tried(`${index} ${model.type}`, backbone, [batch + 1, channels, height, width], write, call)
    })
    expect(trials.length).toBeGreaterThan(50)
    expect(differences(trials).filter(([, , difference]) => !(difference < 1e-4))).toEqual([])
  }, 600_000)
})
