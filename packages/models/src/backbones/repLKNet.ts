import { BUILDER, type Builder, type ConfigOf, componentConfig, inject, MODELS, type ModelTypes, TesseraError } from '@tessera/core'
import { BatchNorm2d, buildInitRules, initCfgSchema, Module, ModuleList, optionPath, Sequential, type TensorModule } from '@tessera/nn'
import type { tf } from '@tessera/runtime'
import * as v from 'valibot'
import {
  archName,
  CONV_INIT,
  checkIndices,
  convCfg,
  count,
  dropPathRates,
  frozenStages,
  initCfgOr,
  keepStatistics,
  namedArchitecture,
  noCheckpointing,
  offset,
  rate,
} from './backboneOptions.js'
import { BaseBackbone } from './baseBackbone.js'
import { ConvFFN, convBNReLU, RepLKBlock } from './replknet/repLKBlock.js'

const ratio = v.pipe(v.number(), v.gtValue(0))
const architectureSchema = v.strictObject({
  /** Side of each stage's large kernels. */
  large_kernel_sizes: v.array(count),
  /** Pairs of a large convolution and a feed-forward layer a stage. */
  layers: v.array(count),
  /** Width of each stage. */
  channels: v.array(count),
  /** Side of the kernels beside the large ones; null: none. */
  small_kernel: v.nullable(count),
  /** How much wider the large convolutions are than their stage. */
  dw_ratio: ratio,
})
type Architecture = v.InferOutput<typeof architectureSchema>

const row = (width: number, large_kernel_sizes: number[], small_kernel: number | null, dw_ratio = 1): Architecture => ({
  large_kernel_sizes,
  layers: [2, 2, 18, 2],
  channels: [width, 2 * width, 4 * width, 8 * width],
  small_kernel,
  dw_ratio,
})
const ARCHITECTURES = {
  '31B': row(128, [31, 29, 27, 13], 5),
  '31L': row(192, [31, 29, 27, 13], 5),
  XL: row(256, [27, 27, 27, 13], null, 1.5),
} as const

const schema = v.strictObject({
  /** A name, or the numbers. */
  arch: v.union([archName<keyof typeof ARCHITECTURES>(), architectureSchema]),
  in_channels: v.optional(count, 3),
  /** How much wider feed-forward layers are inside. */
  ffn_ratio: v.optional(ratio, 4),
  /** Stages whose output is returned, from 0. */
  out_indices: v.optional(v.array(offset), [3]),
  /** One number a stage; MMPreTrain's stages halve the map whatever they say, and so do these. */
  strides: v.optional(v.array(count), [2, 2, 2, 2]),
  /** One number a stage, without effect as in MMPreTrain. */
  dilations: v.optional(v.array(count), [1, 1, 1, 1]),
  /** Freeze the stem (0) and so many stages; −1: nothing. */
  frozen_stages: v.optional(frozenStages, -1),
  conv_cfg: convCfg,
  /** Without effect, as in MMPreTrain: norms are BN. */
  norm_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  /** Without effect, as in MMPreTrain: activations are ReLU and, in feed-forward layers, GELU. */
  act_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  with_cp: noCheckpointing,
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate: v.optional(rate, 0.3),
  /** The form for inference: large and small kernel are one, `lkb_reparam`. */
  small_kernel_merged: v.optional(v.boolean(), false),
  /** Accepted as in MMPreTrain: outputs are normed always. */
  norm_intermediate_features: v.optional(v.boolean(), false),
  /** Batch norms keep to their running statistics in training, too. */
  norm_eval: v.optional(v.boolean(), false),
  init_cfg: initCfgSchema,
})
type Options = v.InferOutput<typeof schema>

interface RepLKNetConfig extends ConfigOf<'RepLKNet', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    RepLKNet: RepLKNetConfig
  }
}

/** Blocks one after the other; `norm` is of what is returned, not of what goes on. */
class Stage extends Module {
  readonly norm: BatchNorm2d | undefined
  private readonly blocks: ModuleList<TensorModule>

  constructor(blocks: readonly TensorModule[], channels: number, isReturned: boolean) {
    super()
    this.blocks = this.registerModule('blocks', new ModuleList(blocks))
    if (isReturned) this.norm = this.registerModule('norm', new BatchNorm2d({}, channels))
  }

  override forward(input: tf.Tensor): tf.Tensor {
    return [...this.blocks].reduce((x, block) => block.call(x), input)
  }
}

/** A ConvNet with depthwise kernels of up to 31×31 (Ding et al. 2022, arXiv 2203.06717). */
@MODELS.registerModule()
export class RepLKNet extends BaseBackbone {
  static readonly schema = schema
  private readonly stem: ModuleList<Sequential>
  private readonly stages: ModuleList<Stage>
  private readonly transitions: ModuleList<Sequential>

  constructor(
    private readonly options: Options,
    @inject(BUILDER) builder: Builder,
  ) {
    super()
    const table = new Map<string, Architecture>(Object.entries(ARCHITECTURES))
    const arch = namedArchitecture('RepLKNet', table, options.arch, optionPath(options, 'arch'))
    checkIndices(options, arch.layers.length + 1)
    checkLengths(options, arch)
    this.initRules = buildInitRules(initCfgOr(options.init_cfg, CONV_INIT), builder)
    const base = arch.channels[0] ?? 0
    const stem = [
      convBNReLU(options.in_channels, base, 3, builder, 1, 2),
      convBNReLU(base, base, 3, builder, base),
      convBNReLU(base, base, 1, builder),
      convBNReLU(base, base, 3, builder, base, 2),
    ]
    this.stem = this.registerModule('stem', new ModuleList(stem))
    const dropPaths = dropPathRates(options.drop_path_rate, arch.layers)
    const stages = arch.layers.map((layers, stage) => {
      const channels = arch.channels[stage] ?? 0
      const blocks = dropPaths.splice(0, layers).flatMap((dropPath): TensorModule[] => {
        const inner = Math.trunc(channels * arch.dw_ratio)
        const kernels = { kernel: arch.large_kernel_sizes[stage] ?? 3, smallKernel: arch.small_kernel ?? undefined }
        const large = new RepLKBlock({ channels, inner, ...kernels, merged: options.small_kernel_merged, dropPath }, builder)
        return [large, new ConvFFN(channels, Math.trunc(channels * options.ffn_ratio), dropPath, builder)]
      })
      return new Stage(blocks, channels, options.out_indices.includes(stage))
    })
    this.stages = this.registerModule('stages', new ModuleList(stages))
    const transitions = arch.channels.slice(1).map((to, i) => {
      return new Sequential([convBNReLU(arch.channels[i] ?? 0, to, 1, builder), convBNReLU(to, to, 3, builder, to, 2)])
    })
    this.transitions = this.registerModule('transitions', new ModuleList(transitions))
    if (options.norm_eval) keepStatistics(this)
    if (options.frozen_stages >= 0) for (const module of [this.stem, ...stages.slice(0, options.frozen_stages)]) module.freeze()
  }

  override forward(inputs: tf.Tensor4D): readonly tf.Tensor[] {
    const outputs: tf.Tensor[] = []
    const transitions = [...this.transitions]
    let x = [...this.stem].reduce((map: tf.Tensor, layer) => layer.call(map), inputs)
    for (const [index, stage] of [...this.stages].slice(0, Math.max(...this.options.out_indices) + 1).entries()) {
      x = stage.call(index === 0 ? x : (transitions[index - 1]?.call(x) ?? x))
      if (stage.norm !== undefined) outputs.push(stage.norm.call(x))
    }
    return outputs
  }
}

function checkLengths(options: Options, { layers, channels }: Architecture): void {
  for (const [key, numbers] of Object.entries({ strides: options.strides, dilations: options.dilations, arch: channels })) {
    if (numbers.length === layers.length) continue
    throw new TesseraError('INVALID_OPTIONS', {
      what: `${key} has one number for each stage`,
      path: optionPath(options, key),
      got: numbers,
      expected: `${layers.length} numbers`,
    })
  }
}
