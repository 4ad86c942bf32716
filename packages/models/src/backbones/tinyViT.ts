import { BUILDER, type Builder, type ConfigOf, componentConfig, inject, MODELS, type ModelTypes } from '@tessera/core'
import {
  buildInitRules,
  buildNorm,
  GELU,
  initCfgSchema,
  ModuleList,
  type NormLayer,
  optionPath,
  Sequential,
  TensorModule,
} from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import {
  archName,
  checkFrozenStages,
  count,
  dropPathRates,
  indices,
  namedArchitecture,
  noCheckpointing,
  offset,
  pair,
  rate,
  resolveIndices,
} from './backboneOptions.js'
import { BaseBackbone } from './baseBackbone.js'
import { MBConvBlock, PatchMerging, TinyVitStage } from './tinyvit/convStage.js'
import { convBN, TinyVitBlock } from './tinyvit/tinyVitBlock.js'

const architectureSchema = v.strictObject({
  /** Width of each stage. */
  channels: v.array(count),
  num_heads: v.array(count),
  /** Blocks a stage; those of the first are convolutions. */
  depths: v.array(count),
})
type Architecture = v.InferOutput<typeof architectureSchema>

const ARCHITECTURES = {
  '5m': { channels: [64, 128, 160, 320], num_heads: [2, 4, 5, 10], depths: [2, 2, 6, 2] },
  '11m': { channels: [64, 128, 256, 448], num_heads: [2, 4, 8, 14], depths: [2, 2, 6, 2] },
  '21m': { channels: [96, 192, 384, 576], num_heads: [3, 6, 12, 18], depths: [2, 2, 6, 2] },
} satisfies Record<string, Architecture>

const ratio = v.pipe(v.number(), v.gtValue(0))

const schema = v.strictObject({
  /** A name, or the numbers. */
  arch: v.optional(v.union([archName<keyof typeof ARCHITECTURES>(), architectureSchema]), '5m'),
  /** Pixels. Nothing depends on it here; images of any size work. */
  img_size: v.optional(pair, [224, 224]),
  /** Side of each stage's windows; the first stage has none. */
  window_size: v.optional(v.array(count), [7, 7, 14, 7]),
  in_channels: v.optional(count, 3),
  mlp_ratio: v.optional(ratio, 4),
  drop_rate: v.optional(rate, 0),
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate: v.optional(rate, 0.1),
  /** Only false is offered: nothing is computed twice to save memory. */
  use_checkpoint: noCheckpointing,
  /** How much wider the convolutions of the first stage are inside. */
  mbconv_expand_ratio: v.optional(ratio, 4),
  /** Side of the blocks' depthwise kernels. */
  local_conv_size: v.optional(count, 3),
  /** Accepted for recipes' sake, without effect in MMPreTrain either: layer decay is the optimizer constructor's. */
  layer_lr_decay: v.optional(v.number(), 1),
  /** Stages whose output is returned; negative counts from the end. */
  out_indices: v.optional(indices, -1),
  /** Freeze so many stages; the patch embedding stays free. */
  frozen_stages: v.optional(offset, 0),
  /** Outputs are the normed means [batch, channels]; else normed maps. */
  gap_before_final_norm: v.optional(v.boolean(), true),
  act_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  /** Of the norms behind the stages; default LN. */
  norm_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  init_cfg: initCfgSchema,
})

interface TinyViTConfig extends ConfigOf<'TinyViT', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    TinyViT: TinyViTConfig
  }
}

/** A quarter of the size: `seq`. */
class PatchEmbed extends TensorModule {
  private readonly seq: Sequential

  constructor(from: number, to: number, builder: Builder) {
    super()
    const half = Math.floor(to / 2)
    this.seq = this.registerModule('seq', new Sequential([convBN(from, half, 3, builder, 2), new GELU(), convBN(half, to, 3, builder, 2)]))
  }

  override forward(input: tf.Tensor): tf.Tensor {
    return this.seq.call(input)
  }
}

/** A small pyramid: a stage of convolutions, then windows of attention (Wu et al. 2022, arXiv 2207.10666). */
@MODELS.registerModule()
export class TinyViT extends BaseBackbone {
  static readonly schema = schema
  private readonly patchEmbed: PatchEmbed
  private readonly stages: ModuleList<TinyVitStage>
  private readonly norms = new Map<number, NormLayer>()

  constructor(
    private readonly options: v.InferOutput<typeof schema>,
    @inject(BUILDER) builder: Builder,
  ) {
    super()
    const table = new Map<string, Architecture>(Object.entries(ARCHITECTURES))
    const { channels, num_heads: heads, depths } = namedArchitecture('TinyViT', table, options.arch, optionPath(options, 'arch'))
    const wanted = resolveIndices(options.out_indices, depths.length, optionPath(options, 'out_indices'))
    checkFrozenStages(options.frozen_stages, depths.length, optionPath(options, 'frozen_stages'))
    this.initRules = buildInitRules(options.init_cfg, builder)
    const actCfg = options.act_cfg ?? { type: 'GELU' }
    this.patchEmbed = this.registerModule('patch_embed', new PatchEmbed(options.in_channels, channels[0] ?? 0, builder))
    const dropPaths = dropPathRates(options.drop_path_rate, depths)
    const stages = depths.map((depth, stage) => {
      const width = channels[stage] ?? 0
      const next = channels[stage + 1]
      const shared = {
        channels: width,
        numHeads: heads[stage] ?? 1,
        windowSize: options.window_size[stage] ?? 7,
        mlpRatio: options.mlp_ratio,
        dropRate: options.drop_rate,
        localConvSize: options.local_conv_size,
        actCfg,
      }
      const blocks = dropPaths.splice(0, depth).map((dropPath) => {
        if (stage === 0) return new MBConvBlock(width, Math.trunc(width * options.mbconv_expand_ratio), dropPath, builder)
        return new TinyVitBlock({ ...shared, dropPath }, builder)
      })
      return new TinyVitStage(blocks, next === undefined ? undefined : new PatchMerging(width, next, actCfg, builder))
    })
    this.stages = this.registerModule('stages', new ModuleList(stages))
    for (const index of [...wanted].sort((a, b) => a - b)) {
      const norm = buildNorm(builder, options.norm_cfg ?? { type: 'LN' }, channels[index + 1] ?? channels[index] ?? 0)
      this.norms.set(index, this.registerModule(`norm${index}`, norm))
    }
    for (const stage of stages.slice(0, options.frozen_stages)) stage.freeze()
  }

  override forward(inputs: tf.Tensor4D): readonly tf.Tensor[] {
    const outputs: tf.Tensor[] = []
    let x: tf.Tensor = this.patchEmbed.call(inputs)
    for (const [index, stage] of [...this.stages].slice(0, Math.max(...this.norms.keys()) + 1).entries()) {
      x = stage.call(x)
      const norm = this.norms.get(index)
      if (norm !== undefined) outputs.push(norm.call(this.options.gap_before_final_norm ? tf.mean(x, [1, 2]) : x))
    }
    return outputs
  }
}
