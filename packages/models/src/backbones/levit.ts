import { BUILDER, type Builder, type ConfigOf, componentConfig, inject, MODELS, type ModelTypes, TesseraError } from '@tessera/core'
import { buildActivation, buildInitRules, initCfgSchema, ModuleList, optionPath, Sequential, TensorModule } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { archName, count, indices, namedArchitecture, offset, rate, resolveIndices } from './backboneOptions.js'
import { BaseBackbone } from './baseBackbone.js'
import { LevitAttention } from './levit/levitAttention.js'
import { convNorm, mlp, Residual } from './levit/levitLayers.js'

const architectureSchema = v.strictObject({
  /** Width of each stage. */
  embed_dims: v.array(count),
  num_heads: v.array(count),
  /** Pairs of attention and feed-forward layer a stage. */
  depths: v.array(count),
  /** Width of a head's queries and keys in each stage. */
  key_dims: v.array(count),
})
type Architecture = v.InferOutput<typeof architectureSchema>

const row = (embed_dims: number[], num_heads: number[], key: number, depths = [4, 4, 4]): Architecture => ({
  embed_dims,
  num_heads,
  depths,
  key_dims: [key, key, key],
})
const ARCHITECTURES = {
  '128s': row([128, 256, 384], [4, 6, 8], 16, [2, 3, 4]),
  '128': row([128, 256, 384], [4, 8, 12], 16),
  '192': row([192, 288, 384], [3, 5, 6], 32),
  '256': row([256, 384, 512], [4, 6, 8], 32),
  '384': row([384, 512, 768], [6, 9, 12], 32),
} as const

const schema = v.strictObject({
  /** A name, or the numbers. */
  arch: v.union([archName<keyof typeof ARCHITECTURES>(), architectureSchema]),
  /** Side of the images, in pixels; others are refused. */
  img_size: v.optional(count, 224),
  /** Four convolutions halve the image: 16. */
  patch_size: v.optional(count, 16),
  /** How much wider values are than queries and keys. */
  attn_ratio: v.optional(v.pipe(v.number(), v.gtValue(0)), 2),
  /** Of the feed-forward layers; 0: none. */
  mlp_ratio: v.optional(offset, 2),
  /** Default HSwish. */
  act_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  /** Stages whose output is returned; negative counts from the end. */
  out_indices: v.optional(indices, -1),
  /** The form for inference: norms are folded into what is before them. */
  deploy: v.optional(v.boolean(), false),
  /** Stochastic depth, the same in all blocks. */
  drop_path_rate: v.optional(rate, 0),
  init_cfg: initCfgSchema,
})
type Options = v.InferOutput<typeof schema>

interface LeViTConfig extends ConfigOf<'LeViT', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    LeViT: LeViTConfig
  }
}

/** Four convolutions: `patch_embed`. */
class HybridBackbone extends TensorModule {
  private readonly patchEmbed: Sequential

  constructor(dims: number, deploy: boolean, builder: Builder) {
    super()
    const widths = [3, ...[8, 4, 2, 1].map((part) => Math.floor(dims / part))]
    const layers = widths.slice(1).flatMap((width, i): TensorModule[] => {
      const conv = convNorm(widths[i] ?? 3, width, deploy, builder)
      return i === 3 ? [conv] : [conv, buildActivation(builder, { type: 'HSwish' })]
    })
    this.patchEmbed = this.registerModule('patch_embed', new Sequential(layers))
  }

  override forward(input: tf.Tensor): tf.Tensor {
    return this.patchEmbed.call(input)
  }
}

/** A pyramid of attention with batch norms, made for speed in inference (Graham et al. 2021, arXiv 2104.01136). */
@MODELS.registerModule()
export class LeViT extends BaseBackbone {
  static readonly schema = schema
  private readonly side: number
  private readonly outIndices: readonly number[]
  private readonly resolutions: number[] = []
  private readonly patchEmbed: HybridBackbone
  private readonly stages: ModuleList<Sequential>

  constructor(
    private readonly options: Options,
    @inject(BUILDER) builder: Builder,
  ) {
    super()
    const table = new Map<string, Architecture>(Object.entries(ARCHITECTURES))
    const arch = namedArchitecture('LeViT', table, options.arch, optionPath(options, 'arch'))
    this.outIndices = resolveIndices(options.out_indices, arch.depths.length, optionPath(options, 'out_indices'))
    this.initRules = buildInitRules(options.init_cfg, builder)
    this.side = Math.floor(options.img_size / options.patch_size)
    this.patchEmbed = this.registerModule('patch_embed', new HybridBackbone(arch.embed_dims[0] ?? 0, options.deploy, builder))
    const stages = arch.depths.map((_, stage) => new Sequential(this.makeStage(arch, stage, builder)))
    this.stages = this.registerModule('stages', new ModuleList(stages))
  }

  override forward(inputs: tf.Tensor4D): readonly tf.Tensor[] {
    const map = this.patchEmbed.call(inputs)
    const [batch = 0, rows = 0, columns = 0, dims = 0] = map.shape
    if (rows !== this.side || columns !== this.side) {
      throw new TesseraError('SHAPE_MISMATCH', {
        what: 'a LeViT takes images of one size',
        path: this.path,
        got: inputs.shape,
        expected: `img_size ${this.options.img_size}`,
      })
    }
    let x: tf.Tensor = tf.reshape(map, [batch, rows * columns, dims])
    const outputs: tf.Tensor[] = []
    for (const [index, stage] of [...this.stages].slice(0, Math.max(...this.outIndices) + 1).entries()) {
      x = stage.call(x)
      const side = this.resolutions[index] ?? 0
      if (this.outIndices.includes(index)) outputs.push(tf.reshape(x, [batch, side, side, -1]))
    }
    return outputs
  }

  private makeStage(arch: Architecture, stage: number, builder: Builder): TensorModule[] {
    const { deploy, mlp_ratio: mlpRatio, drop_path_rate: dropPath } = this.options
    const act = () => buildActivation(builder, this.options.act_cfg ?? { type: 'HSwish' })
    const [outDims, keyDim] = [arch.embed_dims[stage] ?? 0, arch.key_dims[stage] ?? 0]
    const before = arch.embed_dims[stage - 1]
    const shared = { outDims, keyDim, deploy }
    const feedForward = () => (mlpRatio > 0 ? [new Residual(mlp(outDims, mlpRatio, act(), deploy), dropPath)] : [])
    const layers: TensorModule[] = []
    let resolution = this.resolutions.at(-1) ?? this.side
    if (before !== undefined) {
      const numHeads = Math.floor(before / keyDim)
      const shrink = new LevitAttention({ ...shared, inDims: before, numHeads, attnRatio: 4, resolution, stride: 2, act: act() })
      resolution = shrink.outResolution
      layers.push(shrink, ...feedForward())
    }
    this.resolutions.push(resolution)
    for (let i = 0; i < (arch.depths[stage] ?? 0); i++) {
      const own = { inDims: outDims, numHeads: arch.num_heads[stage] ?? 1, attnRatio: this.options.attn_ratio }
      const attention = new LevitAttention({ ...shared, ...own, resolution, stride: 1, act: act() })
      layers.push(new Residual(attention, dropPath), ...feedForward())
    }
    return layers
  }
}
