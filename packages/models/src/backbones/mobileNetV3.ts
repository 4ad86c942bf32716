import { BUILDER, type Builder, type ConfigOf, componentConfig, inject, MODELS, type ModelTypes } from '@tessera/core'
import { buildInitRules, ConvModule, initCfgSchema, type TensorModule } from '@tessera/nn'
import type { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { InvertedResidual } from '../layers/invertedResidual.js'
import { checkIndices, convCfg, frozenStages, initCfgOr, keepStatistics, noCheckpointing, offset, runStages } from './backboneOptions.js'
import { BaseBackbone } from './baseBackbone.js'

/** Kernel, width inside, channels, squeeze and excitation, activation, stride. */
type Row = readonly [number, number, number, 0 | 1, 'ReLU' | 'HSwish', 1 | 2]

const SMALL: readonly Row[] = [
  [3, 16, 16, 1, 'ReLU', 2],
  [3, 72, 24, 0, 'ReLU', 2],
  [3, 88, 24, 0, 'ReLU', 1],
  [5, 96, 40, 1, 'HSwish', 2],
  [5, 240, 40, 1, 'HSwish', 1],
  [5, 240, 40, 1, 'HSwish', 1],
  [5, 120, 48, 1, 'HSwish', 1],
  [5, 144, 48, 1, 'HSwish', 1],
  [5, 288, 96, 1, 'HSwish', 2],
  [5, 576, 96, 1, 'HSwish', 1],
  [5, 576, 96, 1, 'HSwish', 1],
]

/** The small one's rows with other widths. */
const resized = (widths: readonly (readonly [number, number])[]): Row[] =>
  SMALL.map(([kernel, , , se, act, stride], i) => [kernel, widths[i]?.[0] ?? 0, widths[i]?.[1] ?? 0, se, act, stride])

const ARCHITECTURES: Record<'small' | 'small_075' | 'small_050' | 'large', readonly Row[]> = {
  small: SMALL,
  small_075: resized([
    [16, 16],
    [72, 24],
    [88, 24],
    [96, 32],
    [192, 32],
    [192, 32],
    [96, 40],
    [120, 40],
    [240, 72],
    [432, 72],
    [432, 72],
  ]),
  small_050: resized([
    [16, 8],
    [40, 16],
    [56, 16],
    [64, 24],
    [144, 24],
    [144, 24],
    [72, 24],
    [72, 24],
    [144, 48],
    [288, 48],
    [288, 48],
  ]),
  large: [
    [3, 16, 16, 0, 'ReLU', 1],
    [3, 64, 24, 0, 'ReLU', 2],
    [3, 72, 24, 0, 'ReLU', 1],
    [5, 72, 40, 1, 'ReLU', 2],
    [5, 120, 40, 1, 'ReLU', 1],
    [5, 120, 40, 1, 'ReLU', 1],
    [3, 240, 80, 0, 'HSwish', 2],
    [3, 200, 80, 0, 'HSwish', 1],
    [3, 184, 80, 0, 'HSwish', 1],
    [3, 184, 80, 0, 'HSwish', 1],
    [3, 480, 112, 1, 'HSwish', 1],
    [3, 672, 112, 1, 'HSwish', 1],
    [5, 672, 160, 1, 'HSwish', 2],
    [5, 960, 160, 1, 'HSwish', 1],
    [5, 960, 160, 1, 'HSwish', 1],
  ],
}

const schema = v.strictObject({
  arch: v.optional(v.picklist(['small', 'small_075', 'small_050', 'large']), 'small'),
  conv_cfg: convCfg,
  norm_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  /** Layers whose output is returned, from 0. Default: the last. */
  out_indices: v.nullish(v.array(offset)),
  /** Freeze the layers up to this one, from 0; −1: nothing. */
  frozen_stages: v.optional(frozenStages, -1),
  /** Batch norms keep to their running statistics in training, too. */
  norm_eval: v.optional(v.boolean(), false),
  with_cp: noCheckpointing,
  init_cfg: initCfgSchema,
})

interface MobileNetV3Config extends ConfigOf<'MobileNetV3', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    MobileNetV3: MobileNetV3Config
  }
}

const DEFAULT_INIT = [
  { type: 'Kaiming', layer: ['Conv2d'], nonlinearity: 'leaky_relu' },
  { type: 'Normal', layer: ['Linear'], std: 0.01 },
  { type: 'Constant', layer: ['BatchNorm2d'], val: 1 },
] as const

const EXCITATION = [{ type: 'ReLU' }, { type: 'HSigmoid', bias: 3, divisor: 6, min_value: 0, max_value: 1 }] as const

/** Inverted residuals found by search, with squeeze and excitation (Howard et al. 2019, arXiv 1905.02244). */
@MODELS.registerModule()
export class MobileNetV3 extends BaseBackbone {
  static readonly schema = schema
  private readonly layers: readonly TensorModule[]
  private readonly outIndices: readonly number[]

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super()
    const rows = ARCHITECTURES[options.arch]
    this.outIndices = options.out_indices ?? [rows.length + 1]
    checkIndices({ ...options, out_indices: this.outIndices }, rows.length + 2)
    this.initRules = buildInitRules(initCfgOr(options.init_cfg, DEFAULT_INIT), builder)
    const normCfg = options.norm_cfg ?? { type: 'BN', eps: 0.001, momentum: 0.01 }
    const conv = (inChannels: number, outChannels: number, kernelSize: number, more: object = {}) =>
      new ConvModule({ inChannels, outChannels, kernelSize, normCfg, actCfg: { type: 'HSwish' }, ...more }, builder)
    let width = 16
    const blocks = rows.map(([kernelSize, midChannels, outChannels, se, act, stride]) => {
      const excitation = { channels: midChannels, ratio: 4, actCfg: EXCITATION }
      const shared = { inChannels: width, outChannels, midChannels, kernelSize, stride, normCfg, actCfg: { type: act } }
      width = outChannels
      return new InvertedResidual({ ...shared, se: se === 1 ? excitation : undefined }, builder)
    })
    const last = conv(width, rows.at(-1)?.[1] ?? 0, 1)
    const all: TensorModule[] = [conv(3, 16, 3, { stride: 2, padding: 1 }), ...blocks, last]
    this.layers = all.map((layer, index) => this.registerModule(`layer${index}`, layer))
    if (options.norm_eval) keepStatistics(this)
    for (const layer of this.layers.slice(0, options.frozen_stages + 1)) layer.freeze()
  }

  override forward(inputs: tf.Tensor4D): readonly tf.Tensor[] {
    return runStages(inputs, this.layers, this.outIndices)
  }
}
