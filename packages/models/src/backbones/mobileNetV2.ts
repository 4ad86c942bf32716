import { BUILDER, type Builder, type ConfigOf, componentConfig, inject, MODELS, type ModelTypes } from '@tessera/core'
import { buildInitRules, ConvModule, initCfgSchema, Sequential, type TensorModule } from '@tessera/nn'
import type { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { makeDivisible } from '../layers/makeDivisible.js'
import {
  CONV_INIT,
  checkIndices,
  convCfg,
  frozenStages,
  initCfgOr,
  keepStatistics,
  noCheckpointing,
  offset,
  runStages,
} from './backboneOptions.js'
import { BaseBackbone } from './baseBackbone.js'
import { LinearBottleneck } from './mobileNetV2/linearBottleneck.js'

/** Expansion, channels, blocks, stride of each stage. */
const STAGES = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const

const schema = v.strictObject({
  /** All widths times this, in multiples of 8. */
  widen_factor: v.optional(v.pipe(v.number(), v.gtValue(0)), 1),
  /** Stages whose output is returned, from 0; 7 is the last 1×1. */
  out_indices: v.optional(v.array(offset), [7]),
  /** Freeze the first convolution (0) and so many stages; −1: nothing. */
  frozen_stages: v.optional(frozenStages, -1),
  conv_cfg: convCfg,
  norm_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  act_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  /** Batch norms keep to their running statistics in training, too. */
  norm_eval: v.optional(v.boolean(), false),
  with_cp: noCheckpointing,
  init_cfg: initCfgSchema,
})

interface MobileNetV2Config extends ConfigOf<'MobileNetV2', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    MobileNetV2: MobileNetV2Config
  }
}

/** Inverted residuals with linear bottlenecks (Sandler et al. 2018, arXiv 1801.04381). */
@MODELS.registerModule()
export class MobileNetV2 extends BaseBackbone {
  static readonly schema = schema
  private readonly conv1: ConvModule
  private readonly layers: readonly TensorModule[]

  constructor(
    private readonly options: v.InferOutput<typeof schema>,
    @inject(BUILDER) builder: Builder,
  ) {
    super()
    checkIndices(options, STAGES.length + 1)
    this.initRules = buildInitRules(initCfgOr(options.init_cfg, CONV_INIT), builder)
    const { widen_factor: factor, norm_cfg: normCfg = { type: 'BN' }, act_cfg: actCfg = { type: 'ReLU6' } } = options
    const conv = (inChannels: number, outChannels: number, kernelSize: number, more: object = {}) =>
      new ConvModule({ inChannels, outChannels, kernelSize, normCfg, actCfg, ...more }, builder)
    let width = makeDivisible(32 * factor, 8)
    this.conv1 = this.registerModule('conv1', conv(3, width, 3, { stride: 2, padding: 1 }))
    const stages = STAGES.map(([expansion, channels, blocks, stride], stage) => {
      const out = makeDivisible(channels * factor, 8)
      const layers = Array.from({ length: blocks }, (_, index) => {
        const step = index === 0 ? stride : 1
        const place = { inChannels: width, outChannels: out, stride: step, expansion }
        const block = new LinearBottleneck({ ...place, normCfg, actCfg }, builder)
        width = out
        return block
      })
      return this.registerModule(`layer${stage + 1}`, new Sequential(layers))
    })
    const last = this.registerModule('conv2', conv(width, factor > 1 ? Math.trunc(1280 * factor) : 1280, 1))
    this.layers = [...stages, last]
    if (options.norm_eval) keepStatistics(this)
    if (options.frozen_stages >= 0) for (const module of [this.conv1, ...stages.slice(0, options.frozen_stages)]) module.freeze()
  }

  override forward(inputs: tf.Tensor4D): readonly tf.Tensor[] {
    return runStages(this.conv1.call(inputs), this.layers, this.options.out_indices)
  }
}
