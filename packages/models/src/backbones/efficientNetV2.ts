import { BUILDER, type Builder, type ConfigOf, inject, MODELS } from '@tessera/core'
import { ConvModule, DropPath, Sequential, type TensorModule } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { InvertedResidual } from '../layers/invertedResidual.js'
import { count, dropPathRates, indices } from './backboneOptions.js'
import { EdgeResidual } from './efficientNet/edgeResidual.js'
import { EfficientBackbone, efficientEntries, padsAsTensorFlow } from './efficientNet/efficientBackbone.js'
import { EFFICIENT_V2_ARCHITECTURES, type EfficientV2Architecture, efficientV2Plan } from './efficientNet/scalingV2.js'

const schema = v.strictObject({
  arch: v.optional(v.picklist(Object.keys(EFFICIENT_V2_ARCHITECTURES) as EfficientV2Architecture[]), 's'),
  in_channels: v.optional(count, 3),
  /** Layers whose output is returned, stem and last 1×1 included; negative counts from the end. */
  out_indices: v.optional(indices, [-1]),
  ...efficientEntries,
})

interface EfficientNetV2Config extends ConfigOf<'EfficientNetV2', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    EfficientNetV2: EfficientNetV2Config
  }
}

/** A 3×3 with a shortcut where shapes stay. */
class ShortcutConv extends ConvModule {
  private readonly dropPath: DropPath | undefined

  constructor(channels: { inChannels: number; outChannels: number; stride: number }, cfgs: object, dropPath: number, builder: Builder) {
    super({ ...channels, kernelSize: 3, padding: 1, ...cfgs }, builder)
    if (channels.stride === 1 && channels.inChannels === channels.outChannels)
      this.dropPath = this.registerModule('drop_path', new DropPath(dropPath))
  }

  override forward(input: tf.Tensor): tf.Tensor {
    const output = super.forward(input)
    return this.dropPath === undefined ? output : tf.add(this.dropPath.call(output), input)
  }
}

/** EfficientNet with full convolutions in its first stages (Tan & Le 2021, arXiv 2104.00298). */
@MODELS.registerModule()
export class EfficientNetV2 extends EfficientBackbone {
  static readonly schema = schema

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    const layers = makeLayers(options, builder)
    super(options, layers, layers.length - 1, builder)
  }
}

function makeLayers(options: v.InferOutput<typeof schema>, builder: Builder): TensorModule[] {
  const plan = efficientV2Plan(options.arch)
  const { norm_cfg: normCfg = { type: 'BN', eps: 0.001, momentum: 0.1 }, act_cfg: actCfg = { type: 'Swish' } } = options
  const isAdaptive = padsAsTensorFlow(options)
  const padding = isAdaptive ? ('same' as const) : 0
  const dropPaths = dropPathRates(
    options.drop_path_rate,
    plan.stages.map(({ blocks }) => blocks),
  )
  let width = plan.stem
  const stem = { inChannels: options.in_channels, outChannels: width, kernelSize: 3, stride: 2, padding, normCfg, actCfg }
  const stages = plan.stages.map(({ kind, blocks, channels: outChannels, stride: first, expansion }) => {
    const layers = Array.from({ length: blocks }, (_, index): TensorModule => {
      const stride = index === 0 ? first : 1
      const [inChannels, dropPath] = [width, dropPaths.shift() ?? 0]
      width = outChannels
      if (kind === 'conv') return new ShortcutConv({ inChannels, outChannels, stride }, { normCfg, actCfg }, dropPath, builder)
      const midChannels = inChannels * expansion
      const samePadding = isAdaptive && stride === 2
      const block = { inChannels, outChannels, midChannels, kernelSize: 3, stride, normCfg, actCfg, dropPath, samePadding }
      if (kind === 'fused') return new EdgeResidual({ ...block, shortcut: true }, builder)
      // A quarter of the block's input, for the ratio counts from its width inside.
      const se = { channels: midChannels, ratio: expansion * 4, divisor: 1, actCfg: [actCfg, { type: 'Sigmoid' }] as const }
      return new InvertedResidual({ ...block, se }, builder)
    })
    return new Sequential(layers)
  })
  const last = { inChannels: width, outChannels: plan.last, kernelSize: 1, normCfg, actCfg }
  return [new ConvModule(stem, builder), ...stages, new ConvModule(last, builder)]
}
