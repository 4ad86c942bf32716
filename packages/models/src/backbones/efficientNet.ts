import { BUILDER, type Builder, type ConfigOf, inject, MODELS } from '@tessera/core'
import { ConvModule, Sequential, type TensorModule } from '@tessera/nn'
import * as v from 'valibot'
import { InvertedResidual } from '../layers/invertedResidual.js'
import { dropPathRates, offset } from './backboneOptions.js'
import { EdgeResidual } from './efficientNet/edgeResidual.js'
import { EfficientBackbone, efficientEntries, padsAsTensorFlow } from './efficientNet/efficientBackbone.js'
import { type BlockRow, EFFICIENT_ARCHITECTURES, type EfficientArchitecture, efficientPlan } from './efficientNet/scaling.js'

const schema = v.strictObject({
  arch: v.optional(v.picklist(Object.keys(EFFICIENT_ARCHITECTURES) as EfficientArchitecture[]), 'b0'),
  /** Layers whose output is returned, from 0; 6 is the last 1×1. */
  out_indices: v.optional(v.array(offset), [6]),
  ...efficientEntries,
})

interface EfficientNetConfig extends ConfigOf<'EfficientNet', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    EfficientNet: EfficientNetConfig
  }
}

/** Inverted residuals scaled in width, depth and image size at once (Tan & Le 2019, arXiv 1905.11946), and the EdgeTPU kind. */
@MODELS.registerModule()
export class EfficientNet extends EfficientBackbone {
  static readonly schema = schema

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    const layers = makeLayers(options, builder)
    super(options, layers, layers.length, builder)
  }
}

function makeLayers(options: v.InferOutput<typeof schema>, builder: Builder): TensorModule[] {
  const plan = efficientPlan(options.arch)
  const shared = {
    normCfg: options.norm_cfg ?? { type: 'BN', eps: 0.001 },
    actCfg: options.act_cfg ?? { type: 'Swish' },
    samePadding: padsAsTensorFlow(options),
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
  return [new ConvModule(stem, builder), ...stages, new ConvModule(last, builder)]
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
