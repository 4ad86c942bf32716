import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import '@tessera/configs'
import { MODELS, RunContainer } from '@tessera/core'
import { heatPicture } from '@tessera/engine'
import { BaseModel, buildModule, stateDictOf, writeSafetensors } from '@tessera/nn'
import { useBackend } from '@tessera/runtime'
import { setFormulaWeights } from '../packages/models/src/testing/formulaWeights.js'

const ROOT = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'tessera-cam-'))
const arch = { embed_dims: 16, num_layers: 2, num_heads: 2, feedforward_channels: 24 }
const model = {
  type: 'ImageClassifier',
  backbone: { type: 'VisionTransformer', arch, img_size: 32, patch_size: 8 },
  head: { type: 'VisionTransformerClsHead', num_classes: 5, in_channels: 16 },
}
const [config, weights, image] = [join(folder, 'c.json'), join(folder, 'w.safetensors'), join(folder, 'image.png')]

beforeAll(async () => {
  await useBackend()
  const drawn = { data: new Uint8Array(48 * 40 * 3), width: 48, height: 40, channels: 3 } as const
  writeFileSync(
    image,
    await heatPicture(
      drawn,
      Float32Array.from({ length: 48 * 40 }, (_, i) => (i % 48) / 48),
    ),
  )
  const pipeline = [{ type: 'LoadImageFromFile' }, { type: 'Resize', scale: 32 }, { type: 'PackInputs' }]
  writeFileSync(config, JSON.stringify({ model, test_dataloader: { dataset: { type: 'CustomDataset', data_root: folder, pipeline } } }))
  const built = buildModule(new RunContainer(), MODELS, model, BaseModel)
  setFormulaWeights(built)
  writeFileSync(weights, writeSafetensors(new Map([...stateDictOf(built)].map(([name, value]) => [name, { dtype: 'F32', ...value }]))))
  built.dispose()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function run(tool: string, ...args: string[]) {
  return spawnSync(process.execPath, ['--import', 'tsx', `tools/visualization/${tool}.ts`, ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '', CI: 'true' },
  })
}

test('vis_cam draws a picture of the size that the model sees, and says at what it looked', () => {
  const out = join(folder, 'cam.png')
  const { status, stdout, stderr } = run(
    'vis_cam',
    image,
    config,
    weights,
    '--method',
    'LayerCAM',
    '--target-category',
    '2',
    '--save-path',
    out,
  )
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toBe(`class 2 at backbone.layers.1.ln1: ${out}\n`)
  const png = readFileSync(out)
  expect([png.toString('latin1', 1, 4), png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual(['PNG', 32, 32])
})

test('a method that there is not is an error that names those there are', () => {
  const { status, stderr } = run('vis_cam', image, config, weights, '--method', 'gradcan')
  expect(status).not.toBe(0)
  expect(stderr).toMatch(/no such method.*gradcam.*Did you mean 'gradcam'/s)
})

test('browse_dataset draws images before and after their pipeline', () => {
  const dataset = { type: 'MNISTDigits', pipeline: [{ type: 'Resize', scale: 300 }, { type: 'PackInputs' }] }
  const [file, out] = [join(folder, 'd.json'), join(folder, 'browse')]
  writeFileSync(file, JSON.stringify({ train_dataloader: { batch_size: 2, dataset } }))
  const { status, stdout, stderr } = run('browse_dataset', file, '-n', '2', '-m', 'concat', '-o', out)
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toMatch(/^2 of \d+ images: .*browse\n$/)
  expect(readdirSync(out)).toEqual(['000000.png', '000001.png'])
  // A digit of 28 pixels is enlarged eight times to be seen.
  expect(readFileSync(join(out, '000001.png')).readUInt32BE(16)).toBe(28 * 8 + 8 + 300)
})
