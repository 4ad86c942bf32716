import {
  BUILDER,
  type Builder,
  type ConfigOf,
  componentConfig,
  type HasLayerDepth,
  hasLayerDepth,
  inject,
  type LayerDepth,
  MODELS,
  type ModelTypes,
  TesseraError,
} from '@tessera/core'
import { buildModule, Linear, optionPath } from '@tessera/nn'
import type { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { count, layerDepthMode, offset, rate } from '../backbones/backboneOptions.js'
import { BaseBackbone } from '../backbones/baseBackbone.js'
import { LoRABranch, type LoRAOptions } from './loraBranch.js'

const alpha = v.pipe(v.number(), v.gtValue(0))

const targetSchema = v.strictObject({
  /** A regular expression for the layer's whole dotted name, or how the name ends. */
  type: v.string(),
  alpha: v.optional(alpha),
  rank: v.optional(count),
  drop_rate: v.optional(rate),
})

const schema = v.strictObject({
  /** The backbone, with the weights that it starts from in its `init_cfg`. */
  module: componentConfig<ModelTypes>(MODELS),
  /** A branch counts alpha / rank. */
  alpha: v.optional(alpha, 1),
  /** Width of the branches; 0: each target says its own. */
  rank: v.optional(offset, 0),
  /** Dropout of what goes into a branch. */
  drop_rate: v.optional(rate, 0),
  /** The Linears that get a branch: by name, with options of their own where they differ. The first that fits counts. */
  targets: v.pipe(v.array(targetSchema), v.minLength(1)),
  layer_depth: layerDepthMode,
})
type Options = v.InferOutput<typeof schema>

interface LoRAModelConfig extends ConfigOf<'LoRAModel', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    LoRAModel: LoRAModelConfig
  }
}

/**
 * Trains a backbone by narrow branches beside its Linears; all else of it stays as it is (LoRA: Hu et al. 2021, arXiv 2106.09685).
 * Checkpoints hold the branches alone: the rest comes from the backbone's own `init_cfg` in every run. Weights of the backbone without branches
 * load, too. In layer-wise decay MMPreTrain takes every branch for the last layer's (it does not know the names with `module.` in front);
 * `layer_depth: 'strict'` gives each the depth of its block.
 */
@MODELS.registerModule()
export class LoRAModel extends BaseBackbone implements HasLayerDepth {
  static readonly schema = schema
  protected override readonly needsPretrained = true
  private readonly module: BaseBackbone

  constructor(
    private readonly options: Options,
    @inject(BUILDER) builder: Builder,
  ) {
    super()
    this.module = this.registerModule('module', buildModule(builder, MODELS, options.module, BaseBackbone))
    const adapted = this.adaptLinears()
    if (adapted === 0) {
      throw new TesseraError('INVALID_OPTIONS', {
        what: 'no Linear of the module has such a name',
        path: optionPath(options, 'targets'),
        got: options.targets.map(({ type }) => type),
        expected: `the name of one, such as ${this.linearNames().slice(0, 3).join(', ')}`,
      })
    }
    const branches = new Set([...this.namedParameters()].flatMap(([name, parameter]) => (name.includes('.lora_') ? [parameter] : [])))
    for (const parameter of this.parameters()) parameter.requiresGrad = branches.has(parameter)
    for (const [name, tensor] of this.namedState()) tensor.isSaved = name.includes('.lora_')
  }

  override forward(inputs: tf.Tensor4D): readonly tf.Tensor[] {
    return this.module.call(inputs)
  }

  getLayerDepth(paramName: string, prefix = ''): LayerDepth {
    const { module, options } = this
    if (hasLayerDepth(module)) return module.getLayerDepth(paramName, options.layer_depth === 'strict' ? `${prefix}module.` : prefix)
    throw new TesseraError('NO_LAYER_DEPTH', {
      what: 'the backbone does not say how deep its layers are',
      path: optionPath(options, 'module'),
      got: module.constructor.name,
      expected: 'a class with getLayerDepth(paramName, prefix)',
    })
  }

  /** The backbone's names without LoRA. */
  override namesElsewhere(): ReadonlyMap<string, string> {
    const own = [...this.namedState()].filter(([name]) => !name.includes('.lora_'))
    return new Map(own.map(([name]) => [name, name.replace(/^module\./, '').replace('.original_layer.', '.')]))
  }

  private adaptLinears(): number {
    let adapted = 0
    for (const [name, layer] of [...this.module.namedModules()]) {
      if (!(layer instanceof Linear)) continue
      const target = this.options.targets.findIndex(({ type }, index) => this.pattern(type, index).test(name) || name.endsWith(type))
      if (target < 0) continue
      layer.adapt(new LoRABranch(this.branchOptions(target), layer))
      adapted++
    }
    return adapted
  }

  private branchOptions(index: number): LoRAOptions {
    const { options } = this
    const target = options.targets[index]
    const chosen = target?.rank ?? options.rank
    if (chosen < 1) {
      throw new TesseraError('INVALID_OPTIONS', {
        what: 'a branch of LoRA has a rank',
        path: optionPath(options, 'rank'),
        got: chosen,
        expected: '1 or more, here or for each target',
      })
    }
    return { rank: chosen, alpha: target?.alpha ?? options.alpha, dropRate: target?.drop_rate ?? options.drop_rate }
  }

  private pattern(type: string, index: number): RegExp {
    try {
      return new RegExp(`^(?:${type})$`)
    } catch (cause) {
      throw new TesseraError('INVALID_OPTIONS', {
        what: 'this is no regular expression',
        path: `${optionPath(this.options, 'targets')}[${index}].type`,
        got: type,
        expected: 'a name, or a pattern of one',
        cause,
      })
    }
  }

  private linearNames(): string[] {
    return [...this.module.namedModules()].flatMap(([name, layer]) => (layer instanceof Linear ? [name] : []))
  }
}
