import { beforeAll, describe, expect, test } from '@jest/globals'
import { annotatePaths, hasLayerDepth, MODELS } from '@tessera/core'
import { isDepthwiseConv, isNormLayer, loadStateDict, Module, type StateDict, stateDictOf } from '@tessera/nn'
import { RandomStream, tf, useBackend, withStepRandom } from '@tessera/runtime'
import { goldenJson, relativeError } from '../testing/golden.js'
import { testContainer } from '../testing/testContainer.js'
import { VisionTransformer } from './visionTransformer.js'

const ARCH = { embed_dims: 16, num_layers: 3, num_heads: 4, feedforward_channels: 32 }
const TINY = { type: 'VisionTransformer', arch: ARCH, img_size: 16, patch_size: 8 }

interface Shapes {
  tiny: Record<
    string,
    {
      model_cfg: object
      params: [string, number[], boolean][]
      buffers: unknown[]
      norm_modules: string[]
      dwconv_modules: string[]
      layer_depth: Record<string, [number, number]>
    }
  >
  real: { model: object; num_params: number; shapes: Record<string, number[]> }
}

const golden = goldenJson<Shapes>('param_shapes.json')

beforeAll(async () => {
  await useBackend('auto')
})

function build(config: object): Module {
  const built = testContainer().build<object>(MODELS, config)
  if (built instanceof Module) return built
  throw new Error('not a module')
}

function vit(options: object = {}): VisionTransformer {
  const model = build({ ...TINY, ...options })
  if (!(model instanceof VisionTransformer)) throw new Error('not a ViT')
  return model
}

function started(options: object = {}): VisionTransformer {
  const model = vit(options)
  model.initWeights(new RandomStream(1))
  return model
}

const images = (batch = 2, height = 16, width = height) => tf.randomNormal([batch, height, width, 3], 0, 1, 'float32', 7) as tf.Tensor4D

describe.each(Object.entries(golden.tiny))('%s', (_, expected) => {
  const model = build(expected.model_cfg)

  test('parameters: names, shapes, order, which are frozen', () => {
    expect([...model.namedParameters()].map(([name, parameter]) => [name, parameter.shape, parameter.requiresGrad])).toEqual(
      expected.params,
    )
    expect([...model.namedBuffers()]).toEqual(expected.buffers)
  })

  test('norm layers and depthwise convolutions', () => {
    const named = [...model.namedModules()]
    expect(named.filter(([, module]) => isNormLayer(module)).map(([name]) => name)).toEqual(expected.norm_modules)
    expect(named.filter(([, module]) => isDepthwiseConv(module)).map(([name]) => name)).toEqual(expected.dwconv_modules)
  })

  test('layer depth of every parameter', () => {
    if (!hasLayerDepth(model)) throw new Error('no getLayerDepth')
    const depths = Object.fromEntries(Object.keys(expected.layer_depth).map((name) => [name, model.getLayerDepth(name)]))
    expect(depths).toEqual(expected.layer_depth)
  })
})

test('ViT-B/16 of the ImageNet recipe has its shapes, and building it takes no tensor', () => {
  const before = tf.memory().numTensors
  const config = golden.real.model as Record<string, unknown>
  const model = build(config)
  expect(Object.fromEntries([...model.namedParameters()].map(([name, parameter]) => [name, parameter.shape]))).toEqual(golden.real.shapes)
  expect(model.parameters().reduce((sum, parameter) => sum + parameter.size, 0)).toBe(golden.real.num_params)
  expect(tf.memory().numTensors).toBe(before)
})

describe('architectures', () => {
  test.each([
    ['s', 768, 8],
    ['base', 768, 12],
    ['large', 1024, 24],
    ['h', 1280, 32],
    ['eva-g', 1408, 40],
    ['deit-tiny', 192, 12],
    ['dinov2-s', 384, 12],
    ['deit-b', 768, 12],
    ['dinov2-giant', 1536, 40],
  ])('%s', (arch, dims, layers) => {
    const model = build({ type: 'VisionTransformer', arch })
    const shapes = new Map([...model.namedParameters()].map(([name, parameter]) => [name, parameter.shape]))
    expect(shapes.get('pos_embed')).toEqual([1, 197, dims])
    expect(shapes.has(`layers.${layers - 1}.ln1.weight`)).toBe(true)
    expect(shapes.has(`layers.${layers}.ln1.weight`)).toBe(false)
  })

  test('a gated feed-forward layer by layer_cfgs, of the width DINOv2 has', () => {
    const model = build({
      type: 'VisionTransformer',
      arch: 'dinov2-g',
      patch_size: 14,
      layer_scale_init_value: 1,
      layer_cfgs: { ffn_type: 'swiglu_fused' },
    })
    const shapes = new Map([...model.namedParameters()].map(([name, parameter]) => [name, parameter.shape]))
    expect(shapes.get('layers.0.ffn.w12.weight')).toEqual([8192, 1536])
    expect(shapes.get('layers.0.ffn.w3.weight')).toEqual([1536, 4096])
    expect(shapes.get('layers.0.ffn.gamma2.weight')).toEqual([1536])
  })
})

describe('outputs', () => {
  const cases: [object, number[][]][] = [
    [{}, [[2, 16]]],
    [{ out_type: 'raw' }, [[2, 5, 16]]],
    [{ out_type: 'featmap' }, [[2, 2, 2, 16]]],
    [{ out_type: 'avg_featmap' }, [[2, 16]]],
    [{ out_type: 'featmap', with_cls_token: false }, [[2, 2, 2, 16]]],
    [
      { out_indices: [0, -1] },
      [
        [2, 16],
        [2, 16],
      ],
    ],
    [{ out_indices: 0, out_type: 'raw' }, [[2, 5, 16]]],
    [{ patch_size: 6, out_type: 'featmap' }, [[2, 3, 3, 16]]],
    [{ patch_size: 6, out_type: 'featmap', patch_cfg: { padding: 0 } }, [[2, 2, 2, 16]]],
    [{ patch_cfg: { stride: 4, padding: 2 }, out_type: 'featmap' }, [[2, 4, 4, 16]]],
    [{ layer_cfgs: { ffn_type: 'swiglu_fused' } }, [[2, 16]]],
    [{ layer_cfgs: [{}, { num_heads: 2, num_fcs: 3, act_cfg: { type: 'ReLU' } }, {}] }, [[2, 16]]],
    [{ drop_rate: 0.2, drop_path_rate: 0.3, layer_cfgs: { attn_drop_rate: 0.1 } }, [[2, 16]]],
  ]
  test.each(cases)('%j', (options, shapes) => {
    const model = started(options)
    const input = images()
    const before = tf.memory().numTensors
    const outputs = tf.tidy(() => withStepRandom({ seed: 1, step: 0 }, () => [...model.call(input)]))
    expect(outputs.map((output) => output.shape)).toEqual(shapes)
    tf.dispose(outputs)
    expect(tf.memory().numTensors).toBe(before)
    tf.dispose(input)
    model.dispose()
  })

  test('computing only the class token in the last block changes no number', async () => {
    const input = images()
    const short = started()
    const whole = started({ out_type: 'raw' })
    const [token] = tf.tidy(() => [...short.call(input)])
    const [raw] = tf.tidy(() => [...whole.call(input)])
    if (token === undefined || raw === undefined) throw new Error('no output')
    const first = tf.tidy(() => tf.reshape(tf.slice(raw, [0, 0, 0], [2, 1, 16]), [2, 16]))
    expect(relativeError(await token.data(), await first.data())).toBeLessThan(1e-6)
    tf.dispose([token, raw, first, input])
    short.dispose()
    whole.dispose()
  })
})

describe('images of another size', () => {
  test('positions are interpolated; a constant embedding stays what it is', async () => {
    const model = started({ interpolate_mode: 'bicubic', out_type: 'raw' })
    const input = images(1, 24, 32)
    const [tokens] = tf.tidy(() => [...model.call(input)])
    expect(tokens?.shape).toEqual([1, 1 + 3 * 4, 16])
    tf.dispose([input, tokens])
    model.dispose()
  })

  test('a state dict of another image size loads, its positions resized', () => {
    const small = started({ img_size: 16, interpolate_mode: 'nearest' })
    const state: StateDict = stateDictOf(small)
    const large = vit({ img_size: 32, interpolate_mode: 'nearest' })
    loadStateDict(large, state)
    const from = state.get('pos_embed')?.data ?? new Float32Array()
    const to = stateDictOf(large).get('pos_embed')
    expect(to?.shape).toEqual([1, 17, 16])
    const row = (data: Float32Array | undefined, index: number) => Array.from(data?.slice(index * 16, (index + 1) * 16) ?? [])
    expect(row(to?.data, 0)).toEqual(row(from, 0))
    expect(row(to?.data, 1 + 0)).toEqual(row(from, 1))
    expect(row(to?.data, 1 + 15)).toEqual(row(from, 4))
    small.dispose()
    large.dispose()
  })

  test('an embedding that is no square grid is refused by name', () => {
    const model = started()
    const state = stateDictOf(model)
    state.set('pos_embed', { shape: [1, 4, 16], data: new Float32Array(64) })
    expect(() => loadStateDict(model, state)).toThrow(/pos_embed.*another shape/)
    model.dispose()
  })
})

test('frozen stages stay in evaluation, whatever train says, and get no gradient', () => {
  const model = vit({ frozen_stages: 1, drop_rate: 0.5 }).train()
  const modes = new Map([...model.namedModules()].map(([name, module]) => [name, module.training]))
  expect([modes.get('layers.0.attn.proj_drop'), modes.get('drop_after_pos'), modes.get('layers.1.attn.proj_drop')]).toEqual([
    false,
    false,
    true,
  ])
  const all = vit({ frozen_stages: 3 })
  expect(all.parameters().some((parameter) => parameter.requiresGrad)).toBe(false)
})

test('starting values: zero token, small positions, xavier in the feed-forward layers, init_cfg where it speaks', () => {
  const model = started({ init_cfg: { type: 'Constant', layer: 'Conv2d', val: 0.25, bias: 1 } })
  const state = stateDictOf(model)
  const of = (name: string) => state.get(name)?.data ?? new Float32Array()
  const std = (data: Float32Array) => Math.sqrt(data.reduce((sum, x) => sum + x * x, 0) / data.length)
  expect(of('cls_token').every((x) => x === 0)).toBe(true)
  expect(std(of('pos_embed'))).toBeCloseTo(0.02, 2)
  expect(of('patch_embed.projection.weight').every((x) => x === 0.25)).toBe(true)
  expect(of('patch_embed.projection.bias').every((x) => x === 1)).toBe(true)
  const bound = Math.sqrt(6 / (16 + 32))
  expect(Math.max(...of('layers.0.ffn.layers.0.0.weight').map(Math.abs))).toBeLessThanOrEqual(bound)
  expect(std(of('layers.0.ffn.layers.0.0.weight'))).toBeCloseTo(bound / Math.sqrt(3), 1)
  expect(std(of('layers.0.ffn.layers.1.bias'))).toBeLessThan(1e-5)
  expect(Math.max(...of('layers.0.attn.qkv.weight').map(Math.abs))).toBeLessThanOrEqual(0.25)
  model.dispose()
})

describe('options that cannot be', () => {
  test.each([
    [{ arch: 'deit-tinny' }, /backbone\.arch.*'deit-tinny'.*Did you mean 'deit-tiny'/],
    [{ arch: { embed_dims: 16, num_layers: 3, num_heads: 4 } }, /arch/],
    [{ out_type: 'cls' }, /out_type/],
    [{ with_cls_token: false }, /backbone\.with_cls_token.*avg_featmap/],
    [{ out_indices: 3 }, /backbone\.out_indices.*got 3.*-3 to 2/],
    [{ frozen_stages: 4 }, /backbone\.frozen_stages.*at most 3/],
    [{ layer_cfgs: [{}] }, /backbone\.layer_cfgs.*got 1.*3/],
    [{ arch: { ...ARCH, num_heads: 3 } }, /embed_dims 16, num_heads 3/],
    [{ pretrain: true }, /no option 'pretrain'/],
    [{ norm_cfg: { type: 'GELU' } }, /expected 'a NormLayer'|a NormLayer/],
  ])('%j', (options, message) => {
    const config = { ...TINY, ...options }
    annotatePaths({ backbone: config })
    expect(() => build(config)).toThrow(message)
  })
})
