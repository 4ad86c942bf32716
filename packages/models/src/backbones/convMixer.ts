import { BUILDER, type Builder, type ConfigOf, componentConfig, inject, MODELS, type ModelTypes } from '@tessera/core'
import { buildActivation, buildInitRules, buildNorm, Conv2d, initCfgSchema, optionPath, Sequential, TensorModule } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { archName, checkFrozenStages, count, indices, namedArchitecture, offset, resolveIndices, runStages } from './backboneOptions.js'
import { BaseBackbone } from './baseBackbone.js'

const architectureSchema = v.strictObject({ embed_dims: count, depth: count, patch_size: count, kernel_size: count })
type Architecture = v.InferOutput<typeof architectureSchema>

const ARCHITECTURES = {
  '768/32': { embed_dims: 768, depth: 32, patch_size: 7, kernel_size: 7 },
  '1024/20': { embed_dims: 1024, depth: 20, patch_size: 14, kernel_size: 9 },
  '1536/20': { embed_dims: 1536, depth: 20, patch_size: 7, kernel_size: 9 },
} as const

const schema = v.strictObject({
  /** A name (width/depth), or the four numbers. */
  arch: v.optional(v.union([archName<keyof typeof ARCHITECTURES>(), architectureSchema]), '768/32'),
  in_channels: v.optional(count, 3),
  norm_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  act_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  /** Blocks whose output is returned; negative counts from the end. */
  out_indices: v.optional(indices, -1),
  /** Freeze so many blocks; the stem stays free. */
  frozen_stages: v.optional(offset, 0),
  init_cfg: initCfgSchema,
})

interface ConvMixerConfig extends ConfigOf<'ConvMixer', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    ConvMixer: ConvMixerConfig
  }
}

/** What `fn` makes of the input, and the input. */
class Residual extends TensorModule {
  constructor(private readonly fn: TensorModule) {
    super()
    this.registerModule('fn', fn)
  }

  override forward(input: tf.Tensor): tf.Tensor {
    return tf.add(this.fn.call(input), input)
  }
}

/** Patches, then depthwise and 1×1 convolutions by turns (Trockman & Kolter 2022, arXiv 2201.09792). */
@MODELS.registerModule()
export class ConvMixer extends BaseBackbone {
  static readonly schema = schema
  private readonly outIndices: readonly number[]
  private readonly stem: Sequential
  private readonly stages: readonly Sequential[]

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super()
    const table = new Map<string, Architecture>(Object.entries(ARCHITECTURES))
    const arch = namedArchitecture('ConvMixer', table, options.arch, optionPath(options, 'arch'))
    const { embed_dims: dims, depth, patch_size: patch, kernel_size: kernel } = arch
    this.outIndices = resolveIndices(options.out_indices, depth, optionPath(options, 'out_indices'))
    checkFrozenStages(options.frozen_stages, depth, optionPath(options, 'frozen_stages'))
    this.initRules = buildInitRules(options.init_cfg, builder)
    const act = () => buildActivation(builder, options.act_cfg ?? { type: 'GELU' })
    const norm = () => buildNorm(builder, options.norm_cfg ?? { type: 'BN' }, dims)
    this.stem = new Sequential([new Conv2d(options.in_channels, dims, patch, { stride: patch }), act(), norm()])
    this.stages = Array.from({ length: depth }, () => {
      const padding = kernel % 2 === 1 ? (kernel - 1) / 2 : 'same'
      const depthwise = new Sequential([new Conv2d(dims, dims, kernel, { groups: dims, padding }), act(), norm()])
      return new Sequential([new Residual(depthwise), new Conv2d(dims, dims, 1), act(), norm()])
    })
    this.registerModule('stem', this.stem)
    this.registerModule('stages', new Sequential(this.stages))
    for (const stage of this.stages.slice(0, options.frozen_stages)) stage.freeze()
  }

  override forward(inputs: tf.Tensor4D): readonly tf.Tensor[] {
    return runStages(this.stem.call(inputs), this.stages, this.outIndices)
  }
}
