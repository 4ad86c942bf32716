import type { Builder } from '@tessera/core'
import {
  buildInitRules,
  buildNorm,
  Conv2d,
  type Conv2dOptions,
  ModuleList,
  type NormLayer,
  optionPath,
  Sequential,
  TensorModule,
} from '@tessera/nn'
import type { tf } from '@tessera/runtime'
import type * as v from 'valibot'
import { dropPathRates, namedArchitecture, resolveIndices } from '../backboneOptions.js'
import { BaseBackbone } from '../baseBackbone.js'
import type { MetaFormerBlockOptions } from './metaFormerBlock.js'
import { META_FORMER_ARCHITECTURES, type MetaFormerArchitecture, type metaFormerEntries } from './options.js'

export type MetaFormerOptions = v.InferOutput<v.StrictObjectSchema<typeof metaFormerEntries, undefined>>

/** What tells one kind of MetaFormer from another. */
export interface MetaFormerPlan {
  readonly inChannels: number
  /** How many parts of `network` are frozen; below 0: not even the stem. */
  readonly frozenParts: number
  makeBlock(options: MetaFormerBlockOptions): TensorModule
}

/** A strided convolution: `proj`. */
class PatchConv extends TensorModule {
  private readonly proj: Conv2d

  constructor(inChannels: number, outChannels: number, kernelSize: number, options: Conv2dOptions) {
    super()
    this.proj = this.registerModule('proj', new Conv2d(inChannels, outChannels, kernelSize, options))
  }

  override forward(input: tf.Tensor): tf.Tensor {
    return this.proj.call(input)
  }
}

/** Stages of blocks with convolutions between them, one after the other in `network`; outputs are normed maps [batch, height, width, channels]. */
export abstract class MetaFormer extends BaseBackbone {
  private readonly patchEmbed: PatchConv
  private readonly network: ModuleList<TensorModule>
  private readonly norms = new Map<number, NormLayer>()

  constructor(options: MetaFormerOptions, builder: Builder, plan: MetaFormerPlan) {
    super()
    const table = new Map<string, MetaFormerArchitecture>(Object.entries(META_FORMER_ARCHITECTURES))
    const arch = namedArchitecture(this.constructor.name, table, options.arch, optionPath(options, 'arch'))
    const { layers, embed_dims: dims, mlp_ratios: ratios, layer_scale_init_value: layerScale = 1e-5 } = arch
    this.initRules = buildInitRules(options.init_cfg, builder)
    const normCfg = options.norm_cfg ?? { type: 'GN', num_groups: 1 }
    const stem = { stride: options.in_stride, padding: options.in_pad }
    this.patchEmbed = this.registerModule('patch_embed', new PatchConv(plan.inChannels, dims[0] ?? 0, options.in_patch_size, stem))
    const dropPaths = dropPathRates(options.drop_path_rate, layers)
    const shared = { layerScale, dropRate: options.drop_rate, normCfg, actCfg: options.act_cfg ?? { type: 'GELU' } }
    const between = { stride: options.down_stride, padding: options.down_pad }
    const parts = layers.flatMap((depth, stage): [TensorModule, number][] => {
      const [width = 0, next] = dims.slice(stage, stage + 2)
      const block = { ...shared, channels: width, mlpRatio: ratios?.[stage] ?? 4 }
      const blocks = new Sequential(dropPaths.splice(0, depth).map((dropPath) => plan.makeBlock({ ...block, dropPath })))
      if (next === undefined || next === width) return [[blocks, width]]
      return [
        [blocks, width],
        [new PatchConv(width, next, options.down_patch_size, between), next],
      ]
    })
    this.network = this.registerModule('network', new ModuleList(parts.map(([part]) => part)))
    for (const index of resolveIndices(options.out_indices, parts.length, optionPath(options, 'out_indices')))
      this.norms.set(index, this.registerModule(`norm${index}`, buildNorm(builder, normCfg, parts[index]?.[1] ?? 0)))
    this.freezeParts(plan.frozenParts)
  }

  override forward(inputs: tf.Tensor4D): readonly tf.Tensor[] {
    let x: tf.Tensor = this.patchEmbed.call(inputs)
    const outputs: tf.Tensor[] = []
    for (const [index, part] of [...this.network].slice(0, Math.max(...this.norms.keys()) + 1).entries()) {
      x = part.call(x)
      const norm = this.norms.get(index)
      if (norm !== undefined) outputs.push(norm.call(x))
    }
    return outputs
  }

  private freezeParts(length: number): void {
    if (length < 0) return
    this.patchEmbed.freeze()
    for (const [index, part] of [...this.network].slice(0, length).entries()) {
      part.freeze()
      this.norms.get(index)?.freeze()
    }
  }
}
