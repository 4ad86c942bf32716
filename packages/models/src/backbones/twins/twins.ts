import { type Builder, componentConfig, MODELS, type ModelTypes, TesseraError } from '@tessera/core'
import {
  BatchNorm2d,
  buildInitRules,
  buildNorm,
  Conv2d,
  Dropout,
  DropPath,
  FFN,
  GELU,
  initCfgSchema,
  isNormLayer,
  Linear,
  Module,
  ModuleList,
  type NormLayer,
  normal,
  ones,
  optionPath,
  PatchEmbed,
  type PatchGrid,
  truncNormal,
  zeros,
} from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { count, dropPathRates, offset, rate } from '../backboneOptions.js'
import { BaseBackbone } from '../baseBackbone.js'
import { GlobalAttention, type TwinsAttentionOptions } from './globalAttention.js'

/** The numbers of an architecture, one a stage. */
export const twinsArchitectureEntries = {
  embed_dims: v.array(count),
  depths: v.array(count),
  num_heads: v.array(count),
  patch_sizes: v.array(count),
  strides: v.array(count),
  mlp_ratios: v.array(count),
  /** Places along each axis that global attention sums up as one. */
  sr_ratios: v.array(count),
}

export const twinsEntries = {
  in_channels: v.optional(count, 3),
  /** Stages whose output is returned, from 0. */
  out_indices: v.optional(v.array(offset), [3]),
  qkv_bias: v.optional(v.boolean(), false),
  drop_rate: v.optional(rate, 0),
  attn_drop_rate: v.optional(rate, 0),
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate: v.optional(rate, 0),
  norm_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  /** A norm behind every stage, or behind those that a list says. */
  norm_after_stage: v.optional(v.union([v.boolean(), v.array(v.boolean())]), false),
  init_cfg: initCfgSchema,
}

const archSchema = v.strictObject(twinsArchitectureEntries)
export type TwinsArchitecture = v.InferOutput<typeof archSchema>
const optionsSchema = v.strictObject(twinsEntries)
export type TwinsOptions = v.InferOutput<typeof optionsSchema>

/** Attention of tokens that know their grid. */
type TwinsAttention = Module & { forward(input: tf.Tensor, grid: PatchGrid): tf.Tensor }

class EncoderLayer extends Module {
  private readonly norm1: NormLayer
  private readonly attn: TwinsAttention
  private readonly norm2: NormLayer
  private readonly ffn: FFN
  private readonly dropPath: DropPath

  constructor(options: TwinsAttentionOptions, feedforwardChannels: number, attention: TwinsAttention, builder: Builder) {
    super()
    const { embedDims, dropPath } = options
    this.norm1 = this.registerModule('norm1', buildNorm(builder, options.normCfg, embedDims))
    this.attn = this.registerModule('attn', attention)
    this.norm2 = this.registerModule('norm2', buildNorm(builder, options.normCfg, embedDims))
    const ffn = { embedDims, feedforwardChannels, activation: () => new GELU(), dropRate: options.projDrop, dropPath }
    this.ffn = this.registerModule('ffn', new FFN(ffn))
    this.dropPath = this.registerModule('drop_path', new DropPath(dropPath))
  }

  override forward(input: tf.Tensor, grid: PatchGrid): tf.Tensor {
    const x = tf.add(input, this.dropPath.call(this.attn.call(this.norm1.call(input), grid)))
    return tf.add(x, this.dropPath.call(this.ffn.call(this.norm2.call(x))))
  }
}

/** What each place adds to itself of its neighbours: a depthwise 3×3 (Chu et al. 2021, arXiv 2102.10882). */
class ConditionalPositions extends Module {
  private readonly proj: Conv2d

  constructor(dims: number) {
    super()
    this.proj = this.registerModule('proj', new Conv2d(dims, dims, 3, { padding: 1, groups: dims }))
  }

  override forward(tokens: tf.Tensor, [rows, columns]: PatchGrid): tf.Tensor {
    const [batch = 0, , dims = 0] = tokens.shape
    const map = tf.reshape(tokens, [batch, rows, columns, dims])
    return tf.reshape(tf.add(this.proj.call(map), map), tokens.shape)
  }
}

interface Stage {
  readonly patchEmbed: PatchEmbed
  readonly drop: Dropout
  readonly blocks: ModuleList<EncoderLayer>
  readonly positions: ConditionalPositions
  readonly norm: NormLayer | undefined
}

/** A pyramid of transformer stages, whose positions come from convolutions. Outputs are maps [batch, height, width, channels]. */
export abstract class Twins extends BaseBackbone {
  private readonly stages: readonly Stage[]

  /** @param localWindow the side of the windows of a block that attends within windows alone; undefined: it attends to the whole map */
  constructor(
    private readonly given: TwinsOptions,
    arch: TwinsArchitecture,
    makeLocal: (stage: number, index: number, options: TwinsAttentionOptions) => TwinsAttention | undefined,
    builder: Builder,
  ) {
    super()
    checkLengths(given, arch)
    this.initRules = buildInitRules(given.init_cfg, builder)
    const normCfg = given.norm_cfg ?? { type: 'LN' }
    const dropPaths = dropPathRates(given.drop_path_rate, arch.depths)
    this.stages = arch.depths.map((depth, stage): Stage => {
      const dims = arch.embed_dims[stage] ?? 0
      const blocks = dropPaths.splice(0, depth).map((dropPath, index) => {
        const rates = { attnDrop: given.attn_drop_rate, projDrop: given.drop_rate, dropPath }
        const options = { embedDims: dims, numHeads: arch.num_heads[stage] ?? 1, qkvBias: given.qkv_bias, ...rates, normCfg }
        const attention = makeLocal(stage, index, options) ?? new GlobalAttention(options, arch.sr_ratios[stage] ?? 1, builder)
        return new EncoderLayer(options, (arch.mlp_ratios[stage] ?? 4) * dims, attention, builder)
      })
      const size = arch.patch_sizes[stage] ?? 2
      const patch = {
        inChannels: arch.embed_dims[stage - 1] ?? given.in_channels,
        embedDims: dims,
        kernelSize: size,
        inputSize: [size, size],
      }
      const hasNorm = Array.isArray(given.norm_after_stage) ? given.norm_after_stage[stage] : given.norm_after_stage
      return {
        patchEmbed: new PatchEmbed({
          ...patch,
          inputSize: [size, size],
          stride: arch.strides[stage] ?? 2,
          norm: buildNorm(builder, { type: 'LN' }, dims),
        }),
        drop: new Dropout(given.drop_rate),
        blocks: new ModuleList(blocks),
        positions: new ConditionalPositions(dims),
        norm: hasNorm ? buildNorm(builder, normCfg, dims) : undefined,
      }
    })
    const list = <K extends 'patchEmbed' | 'drop' | 'positions' | 'blocks'>(name: string, key: K) =>
      this.registerModule(name, new ModuleList<Module>(this.stages.map((stage) => stage[key])))
    list('patch_embeds', 'patchEmbed')
    list('position_encoding_drops', 'drop')
    list('stages', 'blocks')
    list('position_encodings', 'positions')
    for (const [i, { norm }] of this.stages.entries()) if (norm !== undefined) this.registerModule(`norm_after_stage${i}`, norm)
  }

  override forward(inputs: tf.Tensor4D): readonly tf.Tensor[] {
    const wanted = this.given.out_indices
    const outputs: tf.Tensor[] = []
    let map: tf.Tensor = inputs
    for (const [index, stage] of this.stages.slice(0, Math.max(...wanted) + 1).entries()) {
      const { tokens, grid } = stage.patchEmbed.call(map)
      let x: tf.Tensor = stage.drop.call(tokens)
      for (const [i, block] of [...stage.blocks].entries()) {
        x = block.call(x, grid)
        if (i === 0) x = stage.positions.call(x, grid)
      }
      if (stage.norm !== undefined) x = stage.norm.call(x)
      map = tf.reshape(x, [x.shape[0] ?? 0, ...grid, x.shape[2] ?? 0])
      if (wanted.includes(index)) outputs.push(map)
    }
    return outputs
  }

  /** MMPreTrain's own start, where the config has no `init_cfg`. */
  protected override adjustInit(): void {
    if (this.given.init_cfg != null) return
    for (const [, module] of this.namedModules()) {
      if (module instanceof Linear) {
        module.weight.init = truncNormal(0, 0.02)
        if (module.bias !== undefined) module.bias.init = zeros
      } else if (module instanceof Conv2d) {
        const [height, width] = module.kernelSize
        module.weight.init = normal(0, Math.sqrt(2 / Math.floor((height * width * module.outChannels) / module.groups)))
        if (module.bias !== undefined) module.bias.init = zeros
      } else if (isNormLayer(module) || module instanceof BatchNorm2d) {
        for (const [name, parameter] of module.ownNamedParameters()) parameter.init = name === 'weight' ? ones : zeros
      }
    }
  }
}

function checkLengths(options: TwinsOptions, arch: TwinsArchitecture): void {
  const stages = arch.depths.length
  const wrong = (key: string, got: unknown) =>
    new TesseraError('INVALID_OPTIONS', {
      what: `${key} has one entry for each stage`,
      path: optionPath(options, key),
      got,
      expected: `${stages} entries`,
    })
  for (const [name, numbers] of Object.entries(arch)) if (numbers.length !== stages) throw wrong(`arch.${name}`, numbers)
  const { norm_after_stage: norms } = options
  if (Array.isArray(norms) && norms.length !== stages) throw wrong('norm_after_stage', norms)
  const beyond = options.out_indices.find((index) => index >= stages)
  if (beyond !== undefined) throw wrong('out_indices', beyond)
}
