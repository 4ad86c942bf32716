import { beforeAll, describe, expect, test } from '@jest/globals'
import { MODELS, RunContainer } from '@tessera/core'
import { RandomStream, tf, useBackend, withStepRandom } from '@tessera/runtime'
import type { Module } from '../module/module.js'
import { nnPlugin } from '../plugin.js'
import { buildActivation } from './activation.js'
import { Conv2d, type Conv2dOptions } from './conv2d.js'
import { isDepthwiseConv } from './depthwise.js'
import { Dropout } from './dropout.js'
import { DropPath } from './dropPath.js'
import { FFN } from './ffn.js'
import { GELU } from './gelu.js'
import { LayerNorm } from './layerNorm.js'
import { Linear } from './linear.js'
import { ModuleList } from './moduleList.js'
import { MultiheadAttention } from './multiheadAttention.js'
import { buildNorm, isNormLayer } from './normLayer.js'
import { PatchEmbed } from './patchEmbed.js'
import { SwiGLUFFNFused } from './swigluFfn.js'

beforeAll(async () => {
  await useBackend('auto')
})

const started = <T extends Module>(module: T): T => {
  module.initWeights(new RandomStream(2))
  return module
}
const step = <T>(fn: () => T): T => withStepRandom({ seed: 4, step: 9 }, fn)
const shapesOf = (module: Module) => Object.fromEntries([...module.namedParameters()].map(([name, parameter]) => [name, parameter.shape]))

/** Runs forward and backward, and makes sure that nothing stays behind. */
async function run(module: Module, fn: () => tf.Tensor): Promise<{ shape: number[]; values: number[] }> {
  const variables = module.parameters().map((parameter) => parameter.variable)
  const before = tf.memory().numTensors
  const output = tf.tidy(() => step(fn))
  if (variables.length > 0) tf.tidy(() => void tf.variableGrads(() => tf.sum(step(fn)), variables))
  const result = { shape: output.shape, values: Array.from(await output.data()) }
  output.dispose()
  expect(tf.memory().numTensors).toBe(before)
  return result
}

describe('names and shapes in a state dict', () => {
  test.each<[string, Module, Record<string, number[]>]>([
    ['Linear', new Linear(3, 5), { weight: [5, 3], bias: [5] }],
    ['Linear without bias', new Linear(3, 5, { bias: false }), { weight: [5, 3] }],
    ['Conv2d', new Conv2d(3, 8, [2, 4]), { weight: [8, 3, 2, 4], bias: [8] }],
    ['depthwise Conv2d', new Conv2d(4, 8, 3, { groups: 4, bias: false }), { weight: [8, 1, 3, 3] }],
    ['LayerNorm', new LayerNorm({}, 6), { weight: [6], bias: [6] }],
    [
      'MultiheadAttention',
      new MultiheadAttention({ embedDims: 4, numHeads: 2, qkvBias: false, layerScaleInitValue: 0.1 }),
      { 'qkv.weight': [12, 4], 'proj.weight': [4, 4], 'proj.bias': [4], 'gamma1.weight': [4] },
    ],
    [
      'FFN',
      new FFN({ embedDims: 4, feedforwardChannels: 6, activation: () => new GELU(), numFcs: 3, layerScaleInitValue: 1 }),
      {
        'layers.0.0.weight': [6, 4],
        'layers.0.0.bias': [6],
        'layers.1.0.weight': [6, 6],
        'layers.1.0.bias': [6],
        'layers.2.weight': [4, 6],
        'layers.2.bias': [4],
        'gamma2.weight': [4],
      },
    ],
    [
      'SwiGLUFFNFused',
      new SwiGLUFFNFused({ embedDims: 4, feedforwardChannels: 30 }),
      { 'w12.weight': [48, 4], 'w12.bias': [48], 'w3.weight': [4, 24], 'w3.bias': [4] },
    ],
  ])('%s', (_, module, expected) => {
    expect(shapesOf(module)).toEqual(expected)
  })
})

describe('Conv2d', () => {
  const cases: [Conv2dOptions, number[], number[]][] = [
    [{}, [1, 5, 5, 2], [1, 3, 3, 4]],
    [{ stride: 2, padding: 1 }, [1, 6, 5, 2], [1, 3, 3, 4]],
    [{ dilation: [2, 1] }, [1, 7, 5, 2], [1, 3, 3, 4]],
    [{ groups: 2 }, [2, 5, 5, 2], [2, 3, 3, 4]],
    [{ stride: 3 }, [1, 8, 6, 2], [1, 2, 2, 4]],
  ]
  test.each(cases)('%j', async (options, inShape, outShape) => {
    const conv = started(new Conv2d(2, 4, 3, options))
    const input = tf.randomNormal(inShape, 0, 1, 'float32', 3)
    const backend = tf.getBackend()
    // tfjs's wasm backend cannot differentiate a general convolution; there only the forward pass is looked at.
    const trains = backend !== 'wasm' || options.stride === 3
    const { shape, values } = trains ? await run(conv, () => conv.call(input)) : await forwardOnly(() => conv.call(input))
    expect(shape).toEqual(outShape)
    const expected = naive(Array.from(await input.data()), inShape, conv)
    for (const [i, value] of values.entries()) expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 4)
    input.dispose()
    conv.dispose()
  })

  test('groups that do not divide the channels are refused; wrong channels name the place', () => {
    expect(() => new Conv2d(4, 8, 3, { groups: 3 })).toThrow(/groups 3 with 4 → 8.*divisible by groups/)
    expect(() => started(new Conv2d(4, 8, 3)).forward(tf.zeros([1, 5, 5, 3]))).toThrow(/\[1,5,5,3\].*4 channels/)
  })

  test('depthwise is what has as many groups as input channels', () => {
    expect([new Conv2d(1, 6, 5), new Conv2d(3, 6, 5), new Conv2d(3, 6, 5, { groups: 3 }), new Linear(1, 1)].map(isDepthwiseConv)).toEqual([
      true,
      false,
      true,
      false,
    ])
  })
})

async function forwardOnly(fn: () => tf.Tensor): Promise<{ shape: number[]; values: number[] }> {
  const output = tf.tidy(fn)
  const result = { shape: output.shape, values: Array.from(await output.data()) }
  output.dispose()
  return result
}

/** A convolution by its definition, from weights in the file's layout. */
function naive(input: number[], [batch = 0, height = 0, width = 0, channels = 0]: number[], conv: Conv2d): number[] {
  const weight = conv.weight.values()
  const bias = conv.bias?.values() ?? new Float32Array(conv.outChannels)
  const [kh, kw] = conv.kernelSize
  const perGroup = channels / conv.groups
  const size = (total: number, axis: 0 | 1) =>
    Math.floor((total + 2 * conv.padding[axis] - conv.dilation[axis] * (conv.kernelSize[axis] - 1) - 1) / conv.stride[axis]) + 1
  const out: number[] = []
  for (let n = 0; n < batch; n++)
    for (let y = 0; y < size(height, 0); y++)
      for (let x = 0; x < size(width, 1); x++)
        for (let o = 0; o < conv.outChannels; o++) {
          let sum = bias[o] ?? 0
          const group = Math.floor(o / (conv.outChannels / conv.groups))
          for (let c = 0; c < perGroup; c++)
            for (let i = 0; i < kh; i++)
              for (let j = 0; j < kw; j++) {
                const row = y * conv.stride[0] + i * conv.dilation[0] - conv.padding[0]
                const column = x * conv.stride[1] + j * conv.dilation[1] - conv.padding[1]
                if (row < 0 || row >= height || column < 0 || column >= width) continue
                const pixel = input[((n * height + row) * width + column) * channels + group * perGroup + c] ?? 0
                sum += pixel * (weight[((o * perGroup + c) * kh + i) * kw + j] ?? 0)
              }
          out.push(sum)
        }
  return out
}

describe('randomness', () => {
  test('Dropout: so many zeros, the rest scaled, the mean kept; none in evaluation', async () => {
    const drop = new Dropout(0.25)
    const input = tf.ones([100, 100])
    const { values } = await run(drop, () => drop.call(input))
    expect([...new Set(values.map((x) => x.toFixed(4)))].sort()).toEqual(['0.0000', '1.3333'])
    expect(Math.abs(values.reduce((a, b) => a + b) / values.length - 1)).toBeLessThan(0.03)
    expect((await run(drop, () => drop.call(input))).values).toEqual(values)
    expect(drop.eval().call(input)).toBe(input)
    input.dispose()
  })

  test('DropPath: whole samples', async () => {
    const drop = new DropPath(0.5)
    const input = tf.ones([64, 3, 2])
    const { values } = await run(drop, () => drop.call(input))
    const samples = Array.from({ length: 64 }, (_, i) => [...new Set(values.slice(i * 6, i * 6 + 6))])
    expect(samples.every((one) => one.length === 1 && (one[0] === 0 || one[0] === 2))).toBe(true)
    expect(new Set(samples.flat())).toEqual(new Set([0, 2]))
    expect(drop.eval().call(input)).toBe(input)
    input.dispose()
  })

  test('a rate of 1 drops all, one beyond is an error', async () => {
    const input = tf.ones([4])
    expect((await run(new Dropout(1), () => new Dropout(1).call(input))).values).toEqual([0, 0, 0, 0])
    expect(() => new Dropout(1.5)).toThrow(/0 to 1/)
    expect(() => new DropPath(Number.NaN)).toThrow(/0 to 1/)
    input.dispose()
  })

  test('outside a step it is an error', () => {
    const input = tf.ones([4])
    expect(() => tf.tidy(() => new Dropout(0.5).call(input))).toThrow(/step/)
    input.dispose()
  })
})

describe('transformer parts run forward and backward without a leak', () => {
  const dims = { embedDims: 8, feedforwardChannels: 12 }
  test.each<[string, () => Module & { call(x: tf.Tensor, y: never): tf.Tensor }]>([
    [
      'attention',
      () => new MultiheadAttention({ embedDims: 8, numHeads: 2, attnDrop: 0.2, projDrop: 0.2, dropPath: 0.2, layerScaleInitValue: 1 }),
    ],
    ['FFN', () => new FFN({ ...dims, activation: () => new GELU(), dropRate: 0.2, dropPath: 0.2, layerScaleInitValue: 1 })],
    ['SwiGLU', () => new SwiGLUFFNFused({ ...dims, layerScaleInitValue: 1 })],
  ])('%s', async (name, make) => {
    const module = started(make())
    const input = tf.randomNormal([2, 5, 8], 0, 1, 'float32', 1)
    const { shape } = await run(module, () => module.call(input, (name === 'attention' ? undefined : input) as never))
    expect(shape).toEqual([2, 5, 8])
    input.dispose()
    module.dispose()
  })

  test('heads that do not share out the channels', () => {
    expect(() => new MultiheadAttention({ embedDims: 8, numHeads: 3 })).toThrow(/embed_dims 8, num_heads 3/)
  })
})

describe('PatchEmbed', () => {
  const options = { inChannels: 3, embedDims: 4, kernelSize: 4, stride: 4 }
  test.each([
    [{}, [8, 8], [2, 2]],
    [{}, [9, 8], [3, 2]],
    [{ padding: 'same' as const }, [9, 8], [3, 2]],
    [{ padding: 0 }, [9, 11], [2, 2]],
    [{ padding: 2, stride: 2 }, [8, 8], [5, 5]],
    [{ stride: 2 }, [8, 8], [4, 4]],
  ])('%j, %j: %j patches, foretold and made', async (extra, [height = 0, width = 0], grid) => {
    const embed = started(new PatchEmbed({ ...options, ...extra, inputSize: [height, width] }))
    expect(embed.initOutSize).toEqual(grid)
    const tokens = tf.tidy(() => {
      const result = embed.call(tf.ones([2, height, width, 3]))
      expect(result.grid).toEqual(grid)
      return result.tokens
    })
    expect(tokens.shape).toEqual([2, (grid[0] ?? 0) * (grid[1] ?? 0), 4])
    tokens.dispose()
    embed.dispose()
  })

  test('an image smaller than a patch', () => {
    expect(() => new PatchEmbed({ ...options, padding: 0, inputSize: [3, 8] })).toThrow(/3×8.*at least 4×4/)
  })
})

describe('norm_cfg and act_cfg', () => {
  const container = new RunContainer()

  test('all are registered by the plugin', () => {
    expect(nnPlugin).toContain(GELU)
    const configNames = new Map([
      ['LayerNorm', 'LN'],
      ['LayerNorm2d', 'LN2d'],
      ['BatchNorm2d', 'BN'],
      ['GroupNorm', 'GN'],
    ])
    for (const { name } of nnPlugin) expect(name.endsWith('Init') || MODELS.has(configNames.get(name) ?? name)).toBe(true)
  })

  test('LN is a norm layer with the eps it was given', () => {
    const norm = buildNorm(container, { type: 'LN', eps: 1e-6 }, 4)
    expect(norm).toBeInstanceOf(LayerNorm)
    expect([isNormLayer(norm), isNormLayer(new Linear(1, 1)), (norm as LayerNorm).eps]).toEqual([true, false, 1e-6])
    expect((buildNorm(container, { type: 'LN' }, 4) as LayerNorm).eps).toBe(1e-5)
  })

  test.each([
    ['GELU', -0.158655],
    ['ReLU', 0],
    ['SiLU', -0.268941],
    ['Sigmoid', 0.268941],
    ['Tanh', -0.761594],
    ['Identity', -1],
  ])('%s(−1)', async (type, expected) => {
    const act = buildActivation(container, { type })
    const { values } = await forwardOnly(() => act.call(tf.tensor1d([-1])))
    expect(values[0]).toBeCloseTo(expected, 5)
  })

  test('a component of another kind is refused', () => {
    expect(() => buildActivation(container, { type: 'LN' })).toThrow()
    expect(() => buildNorm(container, { type: 'GELU' }, 4)).toThrow(/GELU.*a NormLayer/)
    expect(MODELS.has('LN')).toBe(true)
  })
})

test('a ModuleList has items, not a forward', () => {
  const list = new ModuleList([new Linear(1, 2), new Linear(2, 3)])
  expect([list.length, [...list].length, Object.keys(shapesOf(list))]).toEqual([2, 2, ['0.weight', '0.bias', '1.weight', '1.bias']])
  expect(() => list.forward()).toThrow(/call its items/)
})
