import { BUILDER, type Builder, type ConfigOf, type HasLayerDepth, inject, type LayerDepth, MODELS } from '@tessera/core'
import {
  buildInitRules,
  buildNorm,
  Dropout,
  ModuleList,
  type NormLayer,
  optionPath,
  Parameter,
  PatchEmbed,
  type PatchGrid,
  truncNormal,
} from '@tessera/nn'
import { tf } from '@tessera/runtime'
import { dropPathRates, resolveIndices } from './backboneOptions.js'
import { BaseBackbone } from './baseBackbone.js'
import { type Architecture, architecture } from './visionTransformer/architectures.js'
import { vitLayerDepth } from './visionTransformer/layerDepth.js'
import {
  checkOptions,
  patchEmbedOptions,
  visionTransformerSchema as schema,
  type VisionTransformerOptions,
} from './visionTransformer/options.js'
import { adaptPositions, resizePositions } from './visionTransformer/positionEmbedding.js'
import { TransformerEncoderLayer } from './visionTransformer/transformerEncoderLayer.js'

interface VisionTransformerConfig extends ConfigOf<'VisionTransformer', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    VisionTransformer: VisionTransformerConfig
  }
}

/**
 * Vision transformer (Dosovitskiy et al. 2020, arXiv 2010.11929), with MMPreTrain's options, parameter names and numbers.
 * Blocks after the last of `out_indices` are not run, and where only the class token is asked for, the last block computes only that one.
 */
@MODELS.registerModule()
export class VisionTransformer extends BaseBackbone implements HasLayerDepth {
  static readonly schema = schema
  private readonly outIndices: readonly number[]
  private readonly clsToken: Parameter | undefined
  private readonly posEmbed: Parameter
  private readonly patchEmbed: PatchEmbed
  private readonly dropAfterPos: Dropout
  private readonly layers: ModuleList<TransformerEncoderLayer>
  private readonly preNorm: NormLayer | undefined
  private readonly ln1: NormLayer | undefined
  private readonly ln2: NormLayer | undefined

  constructor(
    private readonly options: VisionTransformerOptions,
    @inject(BUILDER) builder: Builder,
  ) {
    super()
    const arch = architecture(options.arch, optionPath(options, 'arch'))
    checkOptions(options, arch.num_layers)
    this.outIndices = resolveIndices(options.out_indices, arch.num_layers, optionPath(options, 'out_indices'))
    this.initRules = buildInitRules(options.init_cfg, builder)
    const dims = arch.embed_dims
    const normCfg = options.norm_cfg ?? { type: 'LN', eps: 1e-6 }
    const patchEmbed = makePatchEmbed(options, dims)
    const positions = patchEmbed.initOutSize[0] * patchEmbed.initOutSize[1] + this.extraTokens
    if (options.with_cls_token) this.clsToken = this.registerParameter('cls_token', new Parameter([1, 1, dims]))
    this.posEmbed = this.registerParameter('pos_embed', new Parameter([1, positions, dims]))
    this.posEmbed.adapt = (value) => adaptPositions(value, this.extraTokens, patchEmbed.initOutSize, options.interpolate_mode)
    this.patchEmbed = this.registerModule('patch_embed', patchEmbed)
    this.dropAfterPos = this.registerModule('drop_after_pos', new Dropout(options.drop_rate))
    this.layers = this.registerModule('layers', new ModuleList(makeLayers(options, arch, normCfg, builder)))
    if (options.pre_norm) this.preNorm = this.registerModule('pre_norm', buildNorm(builder, normCfg, dims))
    if (options.final_norm) this.ln1 = this.registerModule('ln1', buildNorm(builder, normCfg, dims))
    if (options.out_type === 'avg_featmap') this.ln2 = this.registerModule('ln2', buildNorm(builder, normCfg, dims))
    if (options.frozen_stages > 0) this.freezeStages(options.frozen_stages)
  }

  override forward(inputs: tf.Tensor4D): readonly tf.Tensor[] {
    const { tokens, grid } = this.patchEmbed.call(inputs)
    let x = this.dropAfterPos.call(this.addPositions(tokens, grid)) as tf.Tensor3D
    if (this.preNorm !== undefined) x = this.preNorm.call(x) as tf.Tensor3D
    const outputs = new Map<number, tf.Tensor>()
    const deepest = Math.max(...this.outIndices)
    let index = 0
    for (const layer of this.layers) {
      const isLast = index === this.layers.length - 1
      x = layer.call(x, isLast && this.options.out_type === 'cls_token' ? 1 : undefined)
      if (isLast && this.ln1 !== undefined) x = this.ln1.call(x) as tf.Tensor3D
      if (this.outIndices.includes(index)) outputs.set(index, this.formatOutput(x, grid))
      if (index === deepest) break
      index++
    }
    return [...outputs.keys()].sort((a, b) => a - b).flatMap((key) => outputs.get(key) ?? [])
  }

  getLayerDepth(paramName: string, prefix = ''): LayerDepth {
    return vitLayerDepth(paramName, prefix, this.layers.length)
  }

  protected override adjustInit(): void {
    this.posEmbed.init = truncNormal(0, 0.02)
  }

  private get extraTokens(): number {
    return this.options.with_cls_token ? 1 : 0
  }

  /** [batch, patches, dims] → [batch, extra + patches, dims]. The class token rides in on the positions: no tiling, one sum over the batch. */
  private addPositions(tokens: tf.Tensor3D, grid: PatchGrid): tf.Tensor3D {
    const positions = resizePositions(
      this.posEmbed.variable as tf.Tensor<tf.Rank> as tf.Tensor3D,
      this.extraTokens,
      this.patchEmbed.initOutSize,
      grid,
      this.options.interpolate_mode,
    )
    if (this.clsToken === undefined) return tf.add(tokens, positions)
    const places = tokens.shape[1]
    const clsAtFront = tf.pad(this.clsToken.variable, [
      [0, 0],
      [0, places],
      [0, 0],
    ])
    return tf.add(
      tf.pad(tokens, [
        [0, 0],
        [1, 0],
        [0, 0],
      ]),
      tf.add(positions, clsAtFront),
    )
  }

  /** @param x [batch, tokens, dims], or only the class token of each sample in the last block */
  private formatOutput(x: tf.Tensor3D, [rows, columns]: PatchGrid): tf.Tensor {
    const [batch, tokens, dims] = x.shape
    const extra = this.extraTokens
    switch (this.options.out_type) {
      case 'raw':
        return x
      case 'cls_token':
        return tf.reshape(tokens === 1 ? x : tf.slice(x, [0, 0, 0], [batch, 1, dims]), [batch, dims])
      case 'featmap':
        return tf.reshape(patchesOf(x, extra), [batch, rows, columns, dims])
      case 'avg_featmap': {
        const mean = tf.mean(patchesOf(x, extra), 1)
        return this.ln2 === undefined ? mean : this.ln2.call(mean)
      }
    }
  }

  private freezeStages(stages: number): void {
    for (const parameter of [this.posEmbed, this.clsToken]) if (parameter !== undefined) parameter.requiresGrad = false
    const blocks = [...this.layers].slice(0, stages)
    for (const module of [this.dropAfterPos, this.patchEmbed, this.preNorm, ...blocks]) module?.freeze()
    if (stages === this.layers.length) for (const module of [this.ln1, this.ln2]) module?.freeze()
  }
}

function patchesOf(x: tf.Tensor3D, extra: number): tf.Tensor3D {
  const [batch, tokens, dims] = x.shape
  return extra === 0 ? x : tf.slice(x, [0, extra, 0], [batch, tokens - extra, dims])
}

/** Behind a `pre_norm` a bias of the patches would be of no use. */
function makePatchEmbed(options: VisionTransformerOptions, dims: number): PatchEmbed {
  return new PatchEmbed({ ...patchEmbedOptions(options, dims), bias: options.patch_cfg.bias ?? !options.pre_norm })
}

/** The blocks; stochastic depth grows from 0 to `drop_path_rate`. */
function makeLayers(options: VisionTransformerOptions, arch: Architecture, normCfg: object, builder: Builder): TransformerEncoderLayer[] {
  return dropPathRates(options.drop_path_rate, arch.num_layers).map((dropPath, i) => {
    const own = Array.isArray(options.layer_cfgs) ? options.layer_cfgs[i] : options.layer_cfgs
    const shared = {
      embed_dims: arch.embed_dims,
      num_heads: arch.num_heads,
      feedforward_channels: arch.feedforward_channels,
      layer_scale_init_value: options.layer_scale_init_value,
      drop_rate: options.drop_rate,
      drop_path_rate: dropPath,
      qkv_bias: options.qkv_bias,
      norm_cfg: normCfg,
    }
    return new TransformerEncoderLayer(Object.assign(shared, own), builder)
  })
}
