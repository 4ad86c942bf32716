import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { hasLayerDepth, MODELS } from '@tessera/core'
import { buildModule, loadStateDict, loadWeights, stateDictOf, writeSafetensors } from '@tessera/nn'
import { RandomStream, tf, useBackend } from '@tessera/runtime'
import { BaseBackbone } from '../backbones/baseBackbone.js'
import { ImageClassifier } from '../classifiers/imageClassifier.js'
import { setFormulaWeights } from '../testing/formulaWeights.js'
import { testContainer } from '../testing/testContainer.js'

const arch = { embed_dims: 8, num_layers: 2, num_heads: 2, feedforward_channels: 12 }
const vit = { type: 'VisionTransformer', arch, img_size: 8, patch_size: 4 }
const lora = (options: object = {}) => ({ type: 'LoRAModel', module: vit, rank: 2, alpha: 4, targets: [{ type: 'qkv' }], ...options })
const build = (config: object) => buildModule(testContainer(), MODELS, config, BaseBackbone)
const classifier = (backbone: object) => {
  const head = { type: 'VisionTransformerClsHead', num_classes: 3, in_channels: 8 }
  return buildModule(testContainer(), MODELS, { type: 'ImageClassifier', backbone, head }, ImageClassifier)
}

beforeAll(async () => {
  await useBackend('auto')
})

function outputOf(model: BaseBackbone): Float32Array {
  const output = tf.tidy(() => model.eval().call(tf.ones([1, 8, 8, 3]))[0] as tf.Tensor)
  const values = output.dataSync<'float32'>()
  output.dispose()
  return values
}

/** Weights of a backbone or classifier without branches, in a file. */
function fileOf(model: ReturnType<typeof build> | ImageClassifier): string {
  const path = join(mkdtempSync(join(tmpdir(), 'tessera-lora-')), 'plain.safetensors')
  writeFileSync(path, writeSafetensors(new Map([...stateDictOf(model)].map(([name, value]) => [name, { dtype: 'F32', ...value }]))))
  return path
}

describe('LoRAModel', () => {
  test('branches start at nothing, alone are trained, and alone are in state dicts', () => {
    const model = classifier(lora())
    const trained = [...model.namedParameters()].filter(([, { requiresGrad }]) => requiresGrad).map(([name]) => name)
    const branches = [0, 1].flatMap((block) => ['down', 'up'].map((part) => `backbone.module.layers.${block}.attn.qkv.lora_${part}.weight`))
    expect(trained).toEqual([...branches, 'head.layers.head.weight', 'head.layers.head.bias'])
    model.initWeights(new RandomStream(0))
    expect([...stateDictOf(model).keys()]).toEqual(trained)
    expect(
      stateDictOf(model)
        .get(branches[1] ?? '')
        ?.data.every((value) => value === 0),
    ).toBe(true)
    expect(
      stateDictOf(model)
        .get(branches[0] ?? '')
        ?.data.some((value) => value !== 0),
    ).toBe(true)
    model.dispose()
  })

  test.each([
    ['its own weights', { module: 'init_cfg' }],
    ['a whole classifier’s', { module: 'load' }],
  ])('starts from a model without branches: %s', (_, { module: how }) => {
    const plain = build(vit)
    setFormulaWeights(plain)
    const expected = outputOf(plain)
    if (how === 'init_cfg') {
      const checkpoint = fileOf(plain)
      const model = build(lora({ module: { ...vit, init_cfg: { type: 'Pretrained', checkpoint } } }))
      // Even where the model is to get its weights elsewhere: the backbone's are not in LoRA's checkpoints.
      model.initWeights(new RandomStream(0), { pretrained: false })
      expect(outputOf(model)).toEqual(expected)
      model.dispose()
    } else {
      const source = classifier(vit)
      setFormulaWeights(source)
      const model = classifier(lora())
      model.initWeights(new RandomStream(0))
      const { unexpected } = loadWeights(model, fileOf(source))
      expect(unexpected).toEqual([])
      expect(outputOf(model.backbone)).toEqual(outputOf(source.backbone))
      for (const each of [source, model]) each.dispose()
    }
    plain.dispose()
  })

  test('a checkpoint of branches fits a model with another backbone’s weights in place', () => {
    const [trained, fresh] = [classifier(lora()), classifier(lora())]
    setFormulaWeights(trained)
    fresh.initWeights(new RandomStream(0))
    const path = fileOf(trained)
    expect(loadWeights(fresh, path).missing).toEqual([])
    expect(() => loadStateDict(fresh, new Map([...stateDictOf(trained)].slice(1)))).toThrow(/lora_down.*1 missing/s)
    for (const each of [trained, fresh]) each.dispose()
  })

  test.each([
    ['BEiTViT', { type: 'BEiTViT', arch, img_size: 8, patch_size: 4 }],
    [
      'SwinTransformerV2',
      {
        type: 'SwinTransformerV2',
        arch: { embed_dims: 8, depths: [1], num_heads: [2], extra_norm_every_n_blocks: 0 },
        img_size: 8,
        window_size: 2,
        patch_size: 4,
        out_indices: [0],
      },
    ],
  ])('%s: attention that has its bias elsewhere sees the branch', (_, module) => {
    const model = build({ ...lora(), module })
    setFormulaWeights(model)
    const before = tf.tidy(() => (model.eval().call(tf.ones<tf.Rank.R4>([1, 8, 8, 3]))[0] as tf.Tensor).dataSync().slice())
    const [, up] = [...model.namedParameters()].find(([name]) => name.endsWith('lora_up.weight')) ?? []
    up?.setValues(new Float32Array(up.size))
    const after = tf.tidy(() => (model.call(tf.ones<tf.Rank.R4>([1, 8, 8, 3]))[0] as tf.Tensor).dataSync().slice())
    expect(after).not.toEqual(before)
    model.dispose()
  })

  test('layer depths: as MMPreTrain’s, and those that layer-wise decay means', () => {
    const depthsOf = (config: object) => {
      const model = build(config)
      const names = [...model.namedParameters()].flatMap(([name]) => (name.includes('lora_down') ? [`backbone.${name}`] : []))
      return hasLayerDepth(model) ? names.map((name) => model.getLayerDepth(name, 'backbone.')) : undefined
    }
    expect(depthsOf(lora())).toEqual([
      [3, 4],
      [3, 4],
    ])
    expect(depthsOf(lora({ layer_depth: 'strict' }))).toEqual([
      [1, 4],
      [2, 4],
    ])
  })

  test.each<[string, object, RegExp]>([
    ['no such layer', { targets: [{ type: 'qvk' }] }, /no Linear of the module has such a name.*layers\.0\.attn\.qkv/s],
    ['no pattern', { targets: [{ type: '(qkv' }] }, /targets\[0\]\.type: this is no regular expression/],
    ['no rank', { rank: 0 }, /a branch of LoRA has a rank/],
    ['no backbone', { module: { type: 'LinearClsHead', num_classes: 2, in_channels: 4 } }, /LinearClsHead/],
  ])('refuses %s', (_, options, message) => {
    expect(() => build(lora(options))).toThrow(message)
  })
})
