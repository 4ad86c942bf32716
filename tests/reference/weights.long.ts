import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import '@tessera/configs'
import { MODELS, RunContainer } from '@tessera/core'
import {
  BaseModel,
  buildModule,
  convertWeights,
  openWeightPlace,
  safetensorsParts,
  stateDictOf,
  writeSafetensors,
  writeWhole,
} from '@tessera/nn'
import { tf, useBackend } from '@tessera/runtime'
import { noise, setFormulaWeights } from '../../packages/models/src/testing/formulaWeights.js'
import { pythonEnvironment } from './pythonEnvironment.js'
import { ROOT } from './pythonPackage.js'

interface Case {
  readonly model: { readonly type: string }
  readonly input: readonly [number, number, number, number]
  readonly eval: readonly { readonly shape: readonly number[] }[]
}

const TYPES = ['VisionTransformer', 'SwinTransformer', 'ConvNeXt', 'ResNet', 'MobileNetV3', 'EfficientNet', 'RegNet']
const data = readFileSync(join(ROOT, 'packages/models/test-data/reference.tiny.json.gz'))
const all = JSON.parse(gunzipSync(data).toString('utf8')) as Case[]
/** Of each the first small model that ends in vectors or one map. */
const cases = TYPES.flatMap(
  (type) => all.find(({ model, eval: outputs }) => model.type === type && outputs.at(-1)?.shape.length !== 3) ?? [],
)

/** What runs MMPreTrain's models: several gigabytes from PyPI, whose only Linux build of PyTorch carries CUDA. */
const REQUIREMENTS = [
  'torch==2.15.0',
  'torchvision',
  'numpy',
  'mmengine==0.10.7',
  'mmpretrain==1.2.0',
  'mmcv-lite==2.2.0',
  'einops',
  'safetensors',
]

/** TESSERA_REFERENCE_PYTHON, or an environment of our own. */
function python(): string {
  return process.env['TESSERA_REFERENCE_PYTHON'] ?? join(pythonEnvironment('mmpretrain-1.2.0', REQUIREMENTS), 'python')
}

let folder = ''
beforeAll(async () => {
  await useBackend('auto')
  folder = mkdtempSync(join(tmpdir(), 'tessera-torch-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('what we write as safetensors PyTorch loads into MMPreTrain’s models, and they give our logits', () => {
  expect(cases.length).toBe(TYPES.length)
  const ours: Float32Array[] = []
  const asked = cases.map((one, index) => {
    const shape = one.eval.at(-1)?.shape ?? []
    const head = { type: 'LinearClsHead', num_classes: 3, in_channels: shape[1] ?? 0 }
    const neck = shape.length === 4 ? { neck: { type: 'GlobalAveragePooling' } } : {}
    const config = { type: 'ImageClassifier', backbone: one.model, ...neck, head }
    const model = buildModule(new RunContainer(), MODELS, config, BaseModel)
    setFormulaWeights(model)
    model.eval()
    const [batch, channels, height, width] = one.input
    const pixels = Float32Array.from(noise('image', batch * channels * height * width))
    const logits = tf.tidy(
      () => model.call({ inputs: tf.transpose(tf.tensor(pixels, [...one.input]), [0, 2, 3, 1]) } as never) as unknown as tf.Tensor,
    )
    ours.push(Float32Array.from(logits.dataSync()))
    logits.dispose()
    const [raw, weights, images] = ['raw', 'weights', 'pixels'].map((name) => join(folder, `${index}.${name}`)) as [string, string, string]
    writeFileSync(raw, writeSafetensors(stateDictOf(model)))
    const source = openWeightPlace(raw)
    writeWhole(weights, safetensorsParts(convertWeights(source, { model }).file, { format: 'pt' }))
    source.close()
    model.dispose()
    writeFileSync(images, new Uint8Array(pixels.buffer))
    return { model: config, weights, pixels: images, shape: one.input }
  })
  writeFileSync(join(folder, 'cases.json'), JSON.stringify(asked))
  const script = join(import.meta.dirname, 'torch_logits.py')
  const text = execFileSync(python(), [script, join(folder, 'cases.json')], { encoding: 'utf8', maxBuffer: 1e8 })
  const answers = JSON.parse(text.trim().split('\n').at(-1) ?? '') as number[][][]
  for (const [index, answer] of answers.entries()) {
    const theirs = answer.flat()
    const scale = Math.max(...theirs.map(Math.abs))
    expect(ours[index]?.length).toBe(theirs.length)
    const difference = Math.max(...theirs.map((value, i) => Math.abs(value - (ours[index]?.[i] ?? Number.NaN))))
    expect([TYPES[index], difference / scale < 1e-4]).toEqual([TYPES[index], true])
  }
}, 1_800_000)
