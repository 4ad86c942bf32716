import { BUILDER, type Builder, type ConfigOf, componentConfig, inject, MODELS, type ModelTypes, TesseraError } from '@tessera/core'
import { buildInitRules, buildNorm, initCfgSchema, Module, ModuleList, type NormLayer, optionPath } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { archName, count, dropPathRates, namedArchitecture, rate } from '../backbones/backboneOptions.js'
import { BeitBlock } from '../backbones/beit/beitBlock.js'
import { BEIT_ARCHITECTURES } from '../backbones/beit/options.js'
import { scaleProjections } from '../backbones/beitPretrainViT.js'
import { architectureSchema } from '../backbones/visionTransformer/architectures.js'

const schema = v.strictObject({
  /** Blocks of the neck. */
  num_layers: v.optional(count, 2),
  /** Behind how many blocks of the backbone its early output stands. */
  early_layers: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 9),
  /** The backbone's name or numbers. */
  backbone_arch: v.optional(v.union([archName<'b' | 'base' | 'l' | 'large'>(), architectureSchema]), 'base'),
  drop_rate: v.optional(rate, 0),
  drop_path_rate: v.optional(rate, 0),
  /** Above 0: layer scale that starts there. */
  layer_scale_init_value: v.optional(v.number(), 0.1),
  /** Only the backbone's shared bias is offered. */
  use_rel_pos_bias: v.optional(v.literal(false), false),
  /** Default layer norm with eps 1e-6. */
  norm_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  init_cfg: initCfgSchema,
})

interface BEiTV2NeckConfig extends ConfigOf<'BEiTV2Neck', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    BEiTV2Neck: BEiTV2NeckConfig
  }
}

const DEFAULT_INIT = { type: 'TruncNormal', layer: 'Linear', std: 0.02, bias: 0 } as const

/** Early patches meet the last class token in two more blocks, so that it must know the image (Peng et al. 2022, arXiv 2208.06366). */
@MODELS.registerModule()
export class BEiTV2Neck extends Module {
  static readonly schema = schema
  private readonly blocks: ModuleList<BeitBlock>
  private readonly norm: NormLayer

  constructor(
    private readonly options: v.InferOutput<typeof schema>,
    @inject(BUILDER) builder: Builder,
  ) {
    super()
    this.initRules = buildInitRules(options.init_cfg === undefined ? DEFAULT_INIT : options.init_cfg, builder)
    const arch = namedArchitecture('BEiTV2Neck', BEIT_ARCHITECTURES, options.backbone_arch, optionPath(options, 'backbone_arch'))
    const { early_layers: early, num_layers: depth, norm_cfg: normCfg = { type: 'LN', eps: 1e-6 } } = options
    const dropPaths = dropPathRates(options.drop_path_rate, Math.max(arch.num_layers, early + depth))
    const blocks = dropPaths.slice(early, early + depth).map((dropPath) => {
      const { num_layers: _, ...widths } = arch
      const own = { layer_scale_init_value: options.layer_scale_init_value, norm_cfg: normCfg, drop_rate: options.drop_rate }
      return new BeitBlock(
        { ...widths, ...own, use_rel_pos_bias: false, window: [1, 1], bias: 'qv_bias', drop_path_rate: dropPath },
        builder,
      )
    })
    this.blocks = this.registerModule('patch_aggregation', new ModuleList(blocks))
    this.norm = this.registerModule('norm', buildNorm(builder, normCfg, arch.embed_dims))
  }

  /** @returns the patches' features of the last block, and those that passed the class token, each [batch, patches, dims] */
  override forward(outputs: readonly tf.Tensor[], bias: tf.Tensor | undefined): [tf.Tensor3D, tf.Tensor3D] {
    const [early, last] = outputs as [tf.Tensor3D | undefined, tf.Tensor3D | undefined]
    if (early === undefined || last === undefined) {
      throw new TesseraError('SHAPE_MISMATCH', {
        what: 'this neck takes an early and the last output',
        path: this.path,
        got: `${outputs.length} outputs`,
        expected: 'two: out_indices [-4, -1]',
      })
    }
    const [batch, tokens, dims] = last.shape
    const patches = (x: tf.Tensor3D) => tf.slice(x, [0, 1, 0], [batch, tokens - 1, dims]) as tf.Tensor3D
    let x = tf.concat([tf.slice(last, [0, 0, 0], [batch, 1, dims]), patches(early)], 1) as tf.Tensor3D
    for (const block of this.blocks) x = block.call(x, { bias })
    return [patches(this.norm.call(last) as tf.Tensor3D), patches(this.norm.call(x) as tf.Tensor3D)]
  }

  protected override adjustInit(): void {
    for (const [index, block] of [...this.blocks].entries()) scaleProjections(block, this.options.early_layers + index + 1)
  }
}
