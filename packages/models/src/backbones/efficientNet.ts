import { BUILDER, type Builder, type ConfigOf, componentConfig, inject, MODELS, type ModelTypes } from '@tessera/core'
import { buildInitRules, ConvModule, initCfgSchema, ModuleList, optionPath, Sequential, type TensorModule } from '@tessera/nn'
import type { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { InvertedResidual } from '../layers/invertedResidual.js'
import {
  checkFrozenStages,
  dropPathRates,
  initCfgOr,
  keepStatistics,
  noCheckpointing,
  offset,
  rate,
  resolveIndices,
  runStages,
} from './backboneOptions.js'
import { BaseBackbone } from './baseBackbone.js'
import { EdgeResidual } from './efficientNet/edgeResidual.js'
import { type BlockRow, EFFICIENT_ARCHITECTURES, type EfficientArchitecture, efficientPlan } from './efficientNet/scaling.js'

const schema = v.strictObject({
  arch: v.optional(v.picklist(Object.keys(EFFICIENT_ARCHITECTURES) as EfficientArchitecture[]), 'b0'),
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate: v.optional(rate, 0),
  /** Layers whose output is returned, from 0; 6 is the last 1×1. */
  out_indices: v.optional(v.array(offset), [6]),
  /** Freeze so many layers. */
  frozen_stages: v.optional(offset, 0),
  /** Padding as TensorFlow's `same`, which pretrained weights want, or half a kernel on every side. */
  conv_cfg: v.nullish(v.strictObject({ type: v.picklist(['Conv2dAdaptivePadding', 'Conv2d', 'Conv']) })),
  norm_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  act_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  /** Batch norms keep to their running statistics in training, too. */
  norm_eval: v.optional(v.boolean(), false),
  with_cp: noCheckpointing,
  init_cfg: initCfgSchema,
})

interface EfficientNetConfig extends ConfigOf<'EfficientNet', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    EfficientNet: EfficientNetConfig
  }
}

const DEFAULT_INIT = [
  { type: 'Kaiming', layer: 'Conv2d' },
  { type: 'Constant', val: 1, layer: ['_BatchNorm', 'GroupNorm'] },
] as const

/** Inverted residuals scaled in width, depth and image size at once (Tan & Le 2019, arXiv 1905.11946), and the EdgeTPU kind. */
@MODELS.registerModule()
export class EfficientNet extends BaseBackbone {
  static readonly schema = schema
  private readonly layers: ModuleList<TensorModule>
  private readonly outIndices: readonly number[]

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super()
    this.initRules = buildInitRules(initCfgOr(options.init_cfg, DEFAULT_INIT), builder)
    const plan = efficientPlan(options.arch)
    const shared = {
      normCfg: options.norm_cfg ?? { type: 'BN', eps: 0.001 },
      actCfg: options.act_cfg ?? { type: 'Swish' },
      samePadding: options.conv_cfg === undefined || options.conv_cfg?.type === 'Conv2dAdaptivePadding',
    }
    const { normCfg, actCfg, samePadding } = shared
    const padding = samePadding ? ('same' as const) : 1
    const stem = { inChannels: 3, outChannels: plan.stem, kernelSize: 3, stride: 2, padding, normCfg, actCfg }
    const dropPaths = dropPathRates(options.drop_path_rate, plan.stages.flat().length)
    let width = plan.stem
    const stages = plan.stages.map((rows) => {
      const blocks = rows.map((row, index) => {
        const block = makeBlock({ ...shared, row, index, width, dropPath: dropPaths.shift() ?? 0 }, builder)
        width = row.channels
        return block
      })
      return new Sequential(blocks)
    })
    const last = { inChannels: width, outChannels: plan.last, kernelSize: 1, normCfg, actCfg }
    const layers = [new ConvModule(stem, builder), ...stages, new ConvModule(last, builder)]
    this.layers = this.registerModule('layers', new ModuleList<TensorModule>(layers))
    this.outIndices = resolveIndices(options.out_indices, layers.length, optionPath(options, 'out_indices'))
    checkFrozenStages(options.frozen_stages, layers.length, optionPath(options, 'frozen_stages'))
    if (options.norm_eval) keepStatistics(this)
    for (const layer of layers.slice(0, options.frozen_stages)) layer.freeze()
  }

  override forward(inputs: tf.Tensor4D): readonly tf.Tensor[] {
    return runStages(inputs, [...this.layers], this.outIndices)
  }
}

interface BlockPlace {
  readonly row: BlockRow
  /** In its stage. */
  readonly index: number
  /** Channels that come in. */
  readonly width: number
  readonly dropPath: number
  readonly normCfg: object
  readonly actCfg: object
  readonly samePadding: boolean
}

function makeBlock({ row, index, width, ...shared }: BlockPlace, builder: Builder): TensorModule {
  const { kernel: kernelSize, channels: outChannels, stride, squeeze } = row
  if (row.edge) {
    // MMPreTrain's first stage widens by four from its second block on, and those have no shortcut.
    const isOdd = index > 0 && row.expansion === 3
    const midChannels = Math.trunc(width * (isOdd ? 4 : row.expansion))
    return new EdgeResidual({ ...shared, inChannels: width, outChannels, midChannels, kernelSize, stride, shortcut: !isOdd }, builder)
  }
  const midChannels = Math.trunc(width * row.expansion)
  const actCfg = [shared.actCfg, { type: 'Sigmoid' }] as const
  const se = squeeze > 0 ? { channels: midChannels, ratio: row.expansion * squeeze, divisor: 1, actCfg } : undefined
  return new InvertedResidual({ ...shared, inChannels: width, outChannels, midChannels, kernelSize, stride, se }, builder)
}
