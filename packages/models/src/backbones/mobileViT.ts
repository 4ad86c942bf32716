import { BUILDER, type Builder, type ConfigOf, componentConfig, inject, MODELS, type ModelTypes } from '@tessera/core'
import { buildInitRules, ConvModule, initCfgSchema, optionPath, Sequential } from '@tessera/nn'
import type { tf } from '@tessera/runtime'
import * as v from 'valibot'
import {
  archName,
  CONV_INIT,
  checkFrozenStages,
  convCfg,
  count,
  frozenStages,
  indices,
  initCfgOr,
  namedArchitecture,
  resolveIndices,
} from './backboneOptions.js'
import { BaseBackbone } from './baseBackbone.js'
import { LinearBottleneck } from './mobileNetV2/linearBottleneck.js'
import { MobileVitBlock } from './mobilevit/mobileVitBlock.js'

/** Width, stride, blocks, expansion. */
const convRow = v.tuple([v.literal('mobilenetv2'), count, count, count, count])
/** Width, stride, the transformer's width, that of its feed-forward layers, its blocks, expansion of what is before it. */
const transformerRow = v.tuple([v.literal('mobilevit'), count, count, count, count, count, count])
const architectureSchema = v.array(v.union([convRow, transformerRow]))
type Architecture = v.InferOutput<typeof architectureSchema>

const table = (widths: readonly number[], dims: readonly number[], expansion: number): Architecture => {
  const [first = 0, second = 0, ...others] = widths
  const blocks = [2, 4, 3]
  return [
    ['mobilenetv2', first, 1, 1, expansion],
    ['mobilenetv2', second, 2, 3, expansion],
    ...others.map((width, i): Architecture[number] => ['mobilevit', width, 2, dims[i] ?? 0, 2 * (dims[i] ?? 0), blocks[i] ?? 0, expansion]),
  ]
}

const ARCHITECTURES = {
  small: table([32, 64, 96, 128, 160], [144, 192, 240], 4),
  x_small: table([32, 48, 64, 80, 96], [96, 120, 144], 4),
  xx_small: table([16, 24, 48, 64, 80], [64, 80, 96], 2),
} as const

const schema = v.strictObject({
  /** A name, or a row for each stage, as MMPreTrain has them. */
  arch: v.optional(v.union([archName<keyof typeof ARCHITECTURES>(), architectureSchema]), 'small'),
  in_channels: v.optional(count, 3),
  stem_channels: v.optional(count, 16),
  /** How much wider the last 1×1 is. */
  last_exp_factor: v.optional(count, 4),
  /** Stages whose output is returned; negative counts from the end. */
  out_indices: v.optional(indices, [4]),
  /** Freeze so many stages; the stem stays free. */
  frozen_stages: v.optional(frozenStages, -1),
  conv_cfg: convCfg,
  /** Of the stem and the last 1×1; the stages have BN. */
  norm_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  /** Of the stem and the last 1×1; the stages have Swish. */
  act_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  init_cfg: initCfgSchema,
})

interface MobileViTConfig extends ConfigOf<'MobileViT', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    MobileViT: MobileViTConfig
  }
}

/** MobileNetV2 whose later stages hold small transformers (Mehta & Rastegari 2021, arXiv 2110.02178). */
@MODELS.registerModule()
export class MobileViT extends BaseBackbone {
  static readonly schema = schema
  private readonly outIndices: readonly number[]
  private readonly stem: ConvModule
  private readonly layers: readonly Sequential[]
  private readonly last: ConvModule

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super()
    const names = new Map<string, Architecture>(Object.entries(ARCHITECTURES))
    const arch = namedArchitecture('MobileViT', names, options.arch, optionPath(options, 'arch'))
    this.outIndices = resolveIndices(options.out_indices, arch.length, optionPath(options, 'out_indices'))
    checkFrozenStages(options.frozen_stages, arch.length - 1, optionPath(options, 'frozen_stages'))
    this.initRules = buildInitRules(initCfgOr(options.init_cfg, CONV_INIT), builder)
    const cfgs = { normCfg: options.norm_cfg ?? { type: 'BN' }, actCfg: options.act_cfg ?? { type: 'Swish' } }
    let width = options.stem_channels
    const stem = { inChannels: options.in_channels, outChannels: width, kernelSize: 3, stride: 2, padding: 1, ...cfgs }
    this.stem = this.registerModule('stem', new ConvModule(stem, builder))
    this.layers = arch.map((row) => {
      const stage = makeStage(row, width, builder)
      width = row[1]
      return stage
    })
    this.registerModule('layers', new Sequential(this.layers))
    const last = { inChannels: width, outChannels: options.last_exp_factor * width, kernelSize: 1, ...cfgs }
    this.last = this.registerModule('conv_1x1_exp', new ConvModule(last, builder))
    for (const layer of this.layers.slice(0, Math.max(0, options.frozen_stages))) layer.freeze()
  }

  override forward(inputs: tf.Tensor4D): readonly tf.Tensor[] {
    const outputs: tf.Tensor[] = []
    let x = this.stem.call(inputs)
    for (const [index, layer] of this.layers.slice(0, Math.max(...this.outIndices) + 1).entries()) {
      x = layer.call(x)
      if (index === this.layers.length - 1) x = this.last.call(x)
      if (this.outIndices.includes(index)) outputs.push(x)
    }
    return outputs
  }
}

function makeStage(row: Architecture[number], inChannels: number, builder: Builder): Sequential {
  const [kind, width, stride] = row
  const bottleneck = (from: number, step: number, expansion: number) => {
    const cfgs = { normCfg: { type: 'BN' }, actCfg: { type: 'Swish' } }
    return new LinearBottleneck({ inChannels: from, outChannels: width, stride: step, expansion, ...cfgs }, builder)
  }
  if (kind === 'mobilenetv2') {
    const [, , , blocks, expansion] = row
    return new Sequential(
      Array.from({ length: blocks }, (_, i) => bottleneck(i === 0 ? inChannels : width, i === 0 ? stride : 1, expansion)),
    )
  }
  const [, , , transformerDim, ffnDim, blocks, expansion] = row
  const block = new MobileVitBlock({ channels: width, transformerDim, ffnDim, blocks }, builder)
  return new Sequential([bottleneck(inChannels, stride, expansion), block])
}
