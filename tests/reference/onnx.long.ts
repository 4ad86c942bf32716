import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import '@tessera/configs'
import { type ConfigDict, MODELS, RunContainer } from '@tessera/core'
import { zooEntry } from '@tessera/models'
import { BaseModel, buildModule, exportModel, writeWhole } from '@tessera/nn'
import { currentBackend, tf, useBackend } from '@tessera/runtime'
import { noise, setFormulaWeights } from '../../packages/models/src/testing/formulaWeights.js'
import { npmPackage } from './npmPackage.js'

/** One full-size model of each kind, by its name in the zoo, and an image size. */
const FULL_SIZE: readonly (readonly [string, number])[] = [
  ['vit-base-p16_32xb128-mae_in1k', 224],
  ['deit-tiny-distilled_3rdparty_in1k', 224],
  ['deit3-small-p16_3rdparty_in1k', 224],
  ['beit-base-p16_beit-in21k-pre_3rdparty_in1k', 224],
  ['vit-tiny-p14_eva02-in21k-pre_3rdparty_in1k-336px', 336],
  ['swin-tiny_16xb64_in1k', 224],
  ['swinv2-tiny-w8_3rdparty_in1k-256px', 256],
  ['convnext-tiny_32xb128_in1k', 224],
  ['convnext-v2-atto_fcmae-pre_3rdparty_in1k', 224],
  ['resnet50_8xb32_in1k', 224],
  ['resnetv1d50_8xb32_in1k', 224],
  ['resnext50-32x4d_8xb32_in1k', 224],
  ['seresnet50_8xb32_in1k', 224],
  ['res2net50-w14-s8_3rdparty_8xb32_in1k', 224],
  ['regnetx-400mf_8xb128_in1k', 224],
  ['mobilenet-v2_8xb32_in1k', 224],
  ['mobilenet-v3-large_8xb128_in1k', 224],
  ['efficientnet-b0_3rdparty_8xb32_in1k', 224],
  ['vgg11_8xb32_in1k', 224],
  ['mlp-mixer-base-p16_3rdparty_64xb64_in1k', 224],
  ['hivit-tiny-p16_16xb64_in1k', 224],
  ['mixmim-base_mixmim-pre_8xb128-coslr-100e_in1k', 224],
]

let runtime = ''
let folder = ''

beforeAll(async () => {
  await useBackend('native')
  runtime = npmPackage('onnxruntime-node@1.27.0')
  folder = mkdtempSync(join(tmpdir(), 'tessera-onnx-'))
}, 600_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('this suite needs the native backend', () => expect(currentBackend()?.name).toBe('native'))

describe.each(FULL_SIZE)('%s at %i', (name, size) => {
  test('onnxruntime gives the same logits, whatever the batch size', () => {
    const { data_preprocessor: _, ...config } = zooEntry(name).model as ConfigDict
    const model = buildModule(new RunContainer(), MODELS, config, BaseModel)
    setFormulaWeights(model)
    model.eval()
    const before = tf.memory().numTensors
    const file = join(folder, 'model.onnx')
    writeWhole(file, exportModel(model, { image: [size, size, 3] }))
    expect(tf.memory().numTensors).toBe(before)
    for (const batch of [1, 2]) {
      const pixels = Float32Array.from(noise('image', batch * 3 * size * size))
      writeFileSync(join(folder, 'input.bin'), new Uint8Array(pixels.buffer))
      const dims = [batch, 3, size, size]
      const script = join(import.meta.dirname, 'runOnnx.mjs')
      const answer = execFileSync(process.execPath, [script, runtime, file, join(folder, 'input.bin'), dims.join()], { encoding: 'utf8' })
      const ours = tf.tidy(
        () => model.call({ inputs: tf.transpose(tf.tensor(pixels, dims), [0, 2, 3, 1]) } as never) as unknown as tf.Tensor,
      )
      expect(JSON.parse(answer)).toEqual({ output: ours.shape })
      const expected = Float32Array.from(ours.dataSync())
      const bytes = readFileSync(join(folder, 'output.bin'))
      const got = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
      const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
      const difference = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - (got[i] ?? Number.NaN))), 0)
      expect(scale).toBeGreaterThan(0)
      expect(difference / scale).toBeLessThan(1e-4)
      ours.dispose()
    }
    model.dispose()
  }, 300_000)
})
