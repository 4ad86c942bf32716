import { BUILDER, type Builder, type ConfigOf, componentConfig, inject, MODELS, type ModelTypes, TesseraError } from '@tessera/core'
import { buildInitRules, ConvModule, initCfgSchema, ModuleList, type Sequential } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { residualStage } from '../backbones/resnet/residualStage.js'
import { BaseNeck } from './baseNeck.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(1))

const schema = v.strictObject({
  /** Width of each of the four branches. */
  in_channels: v.pipe(v.array(count), v.length(4)),
  out_channels: v.optional(count, 2048),
  /** Of the convolutions between and behind the branches. */
  norm_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  init_cfg: initCfgSchema,
})

interface HRFuseScalesConfig extends ConfigOf<'HRFuseScales', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    HRFuseScales: HRFuseScalesConfig
  }
}

const WIDTHS = [128, 256, 512, 1024]
const DEFAULT_INIT = { type: 'Normal', layer: 'Linear', std: 0.01 } as const

/** One map of HRNet's branches: each widened, from the largest on halved and added to the next (Sun et al. 2019, arXiv 1902.09212). */
@MODELS.registerModule()
export class HRFuseScales extends BaseNeck {
  static readonly schema = schema
  private readonly increase: ModuleList<Sequential>
  private readonly downsample: ModuleList<ConvModule>
  private readonly last: ConvModule

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super()
    this.initRules = buildInitRules(options.init_cfg === undefined ? DEFAULT_INIT : options.init_cfg, builder)
    const { in_channels: branches, norm_cfg: normCfg = { type: 'BN', momentum: 0.1 } } = options
    const increase = branches.map((inChannels, i) => {
      const stage = { kind: 'BOTTLENECK' as const, blocks: 1, inChannels, outChannels: WIDTHS[i] ?? 0 }
      return residualStage({ ...stage, normCfg: { type: 'BN' }, zeroInit: false }, builder)
    })
    this.increase = this.registerModule('increase_layers', new ModuleList(increase))
    const downsample = branches.slice(1).map((_, i) => {
      const conv = {
        inChannels: WIDTHS[i] ?? 0,
        outChannels: WIDTHS[i + 1] ?? 0,
        kernelSize: 3,
        stride: 2,
        padding: 1,
        normCfg,
        bias: false,
      }
      return new ConvModule(conv, builder)
    })
    this.downsample = this.registerModule('downsample_layers', new ModuleList(downsample))
    const last = { inChannels: WIDTHS[3] ?? 0, outChannels: options.out_channels, kernelSize: 1, normCfg, bias: false }
    this.last = this.registerModule('final_layer', new ConvModule(last, builder))
  }

  override forward(features: readonly tf.Tensor[]): readonly tf.Tensor[] {
    if (features.length !== this.increase.length) {
      throw new TesseraError('SHAPE_MISMATCH', {
        what: 'this neck takes the map of each branch',
        path: this.path,
        got: `${features.length} maps`,
        expected: `${this.increase.length}, as in_channels says`,
      })
    }
    const [first, ...others] = [...this.increase].map((layer, i) => layer.call(features[i] as tf.Tensor))
    const downsample = [...this.downsample]
    const fused = others.reduce((x, map, i) => tf.add((downsample[i] as ConvModule).call(x), map), first as tf.Tensor)
    return [this.last.call(fused)]
  }
}
